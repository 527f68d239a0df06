// What the subcommands share.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace CLI {
class App;
}

namespace faasd::cli {

// 0 done, 1 failed, 2 wrong usage.
enum ExitCode : int { kDone = 0, kFailed = 1, kWrongUsage = 2 };

// Thrown by commands; main prints the message and exits with the code.
struct CommandError : std::runtime_error {
    explicit CommandError(const std::string& message, int exit = kFailed)
        : std::runtime_error(message), exit_code(exit) {}
    int exit_code;
    std::string detail{};  // JSON of the daemon's answer beyond the message, or empty
};

// One run of the program.
struct Program {
    std::vector<std::string> arguments;  // as they came, for a later re-exec
    std::string url;                     // --url, the control API of a running daemon; empty: find it
    bool json = false;                   // --json: print what came, for programs
    int exit_code = kDone;
};

// Each adds its subcommands to `app`; their callbacks do the work.
void add_serve(CLI::App& app, Program& program);
void add_check(CLI::App& app, Program& program);
void add_init(CLI::App& app, Program& program);
void add_invoke(CLI::App& app, Program& program);
void add_logs(CLI::App& app, Program& program);
void add_queue(CLI::App& app, Program& program);
void add_bucket(CLI::App& app, Program& program);
void add_table(CLI::App& app, Program& program);
void add_schedule(CLI::App& app, Program& program);
void add_status(CLI::App& app, Program& program);  // status, reset
void add_example(CLI::App& app, Program& program);
void add_load(CLI::App& app, Program& program);
void add_completion(CLI::App& app, Program& program);

}  // namespace faasd::cli
