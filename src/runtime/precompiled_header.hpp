// The SDK's header, compiled once for all functions: most of what compiling a function costs is reading it.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace faasd::runtime {

// For GCC, which takes <folder>/faasd/function.hpp.gch for <faasd/function.hpp> where that is a source's first include
// and the flags are the same. Thread-safe.
class PrecompiledHeader {
  public:
    // `cache` may be shared by all daemons of a user; empty: there is none.
    PrecompiledHeader(std::filesystem::path cache, std::filesystem::path sdk_include)
        : cache_(std::move(cache)), sdk_include_(std::move(sdk_include)) {}
    ~PrecompiledHeader();  // cancel()
    // Gives up building it; the compiler has ended, and nothing of it is left, when this returns.
    void cancel();

    // The SDK's headers as they are: what is made of them is not what was made of others.
    [[nodiscard]] std::string sdk_stamp() const;

    // The folder to search before all others, if the header is there for this compiler and these flags.
    [[nodiscard]] std::optional<std::filesystem::path> folder(const std::string& compiler_id,
                                                              const std::vector<std::string>& flags) const;
    // Begins to build it, once, beside everything else and with the lowest priority; a while later, since who starts a
    // daemon for seconds (a test does) edits nothing and gains nothing by it.
    void build_later(const std::string& compiler, const std::string& compiler_id,
                     const std::vector<std::string>& flags, std::chrono::milliseconds timeout);

  private:
    [[nodiscard]] std::filesystem::path place(const std::string& compiler_id,
                                              const std::vector<std::string>& flags) const;

    const std::filesystem::path cache_, sdk_include_;
    std::atomic<bool> begun_{false}, cancelled_{false};
    std::mutex mutex_;
    std::thread thread_;  // guarded by mutex_
};

// Where a user's caches go: $FAASD_CACHE_DIR, else faasd/ in $XDG_CACHE_HOME or ~/.cache; empty where none of them is
// known.
[[nodiscard]] std::filesystem::path user_cache();

}  // namespace faasd::runtime
