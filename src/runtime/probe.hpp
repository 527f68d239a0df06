// A first look at a module from a process that may die of it.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace faasd::runtime {

struct ProbedFunction {
    std::string name;
    std::string event_type;  // "HttpRequest", "QueueBatch", "json", ...
};
struct ModuleFacts {
    std::vector<ProbedFunction> functions;
    std::string sdk_version;
};

struct ProbeOptions {
    // The program and arguments that end in probe_main(path); by default this very executable.
    std::vector<std::string> command{"/proc/self/exe", "__probe-module"};
    std::chrono::milliseconds timeout{15'000};  // of a machine under load as well
};

// Opens the module in a short-lived child process: a static initializer that throws, aborts or hangs takes
// only that child. The error names the cause and what to do about it. Blocks; once `cancelled` is true, the child's
// time is over.
[[nodiscard]] base::Result<ModuleFacts> probe_module(const std::filesystem::path& module, const ProbeOptions& options,
                                                     const std::atomic<bool>* cancelled = nullptr);

// The child's side: opens the module named by the last argument and prints what it found, as JSON, on
// standard output. To be called by main() before anything else is set up; returns the exit status.
int probe_main(int argc, char** argv);

}  // namespace faasd::runtime
