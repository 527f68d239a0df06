// A child process from start to end: its output and how it ended.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace faasd::runtime {

struct ProcessResult {
    std::string output;      // standard output; standard error too where they were merged
    int exit_code = 0;       // where signal is 0
    int signal = 0;          // that ended it
    bool timed_out = false;  // and was killed for it

    [[nodiscard]] bool ok() const { return signal == 0 && exit_code == 0 && !timed_out; }
    // "ended with status 1", "was killed by SIGSEGV", "did not end within 5s"
    [[nodiscard]] std::string how_it_ended() const;
};

// Blocks. Safe in a process with threads (posix_spawn). The child has no standard input and a process group
// of its own, which is killed as a whole when the time is over. Output beyond 1 MiB is dropped. Once
// `cancelled` is true, its time is over.
[[nodiscard]] base::Result<ProcessResult> run_process(const std::vector<std::string>& command,
                                                      std::chrono::milliseconds timeout, bool merge_errors,
                                                      const std::atomic<bool>* cancelled = nullptr);

}  // namespace faasd::runtime
