// The crash of the process before this one, for a person.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace faasd::runtime {

struct CrashFrame {
    std::filesystem::path module;  // empty: unknown
    std::uint64_t offset = 0;      // within the module, as addr2line wants it
    std::string symbol;            // "handle at cart.cpp:12", once it is symbolized
};

struct CrashReport {
    int signal = 0;
    std::string cause;     // "SIGSEGV at address 0x0"
    std::string function;  // empty: no function ran on that thread, the daemon itself is at fault
    bool returned = false;  // the function had returned: it is what that thread ran last
    std::string request_id;
    std::string fingerprint;  // of the function's module
    base::TimePoint at{};
    std::vector<CrashFrame> frames;  // innermost first

    // Several lines: what crashed, why, the stack.
    [[nodiscard]] std::string text() const;
};

// What the crash handler of the process before this one has left, once. Modules of the stack that lie in
// `private_folder` are moved into `folder`, where symbolize() finds them although the runtime clears theirs
// away.
[[nodiscard]] std::optional<CrashReport> take_crash_report(const std::filesystem::path& folder,
                                                           const std::filesystem::path& private_folder);

// Fills in the symbols by addr2line, where that is installed. Takes up to a second; blocks.
void symbolize(CrashReport& report);

// Writes the text to <folder>/<time>-<function>.txt and keeps the newest 50; the path, or empty where that
// fails.
std::filesystem::path save(const CrashReport& report, const std::filesystem::path& folder);

}  // namespace faasd::runtime
