// Which functions have crashed the daemon, how often, and with which code: what decides on quarantine.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace faasd::runtime {

// Thread-safe; kept in one small file, so that it outlives the crashes that it is about. Three crashes of a
// function with the same code within a minute put that code into quarantine; other code of the function
// starts afresh.
class CrashLedger {
  public:
    static constexpr std::size_t kCrashes = 3;
    static constexpr base::Duration kWithin = std::chrono::minutes{1};

    explicit CrashLedger(std::filesystem::path file);
    void add(std::string_view function, std::string_view fingerprint, base::TimePoint at);
    // Why this code of the function must not run, if so.
    [[nodiscard]] std::optional<std::string> quarantined(std::string_view function,
                                                         std::string_view fingerprint) const;

  private:
    struct Entry {
        std::int64_t at_us = 0;
        std::string fingerprint, function;
    };
    void write_locked() const;

    const std::filesystem::path file_;
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;  // guarded by mutex_; in order of time
};

}  // namespace faasd::runtime
