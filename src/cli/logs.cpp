#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <thread>

#include <CLI/CLI.hpp>

#include "base/units.hpp"
#include "cli/control_client.hpp"
#include "cli/log_printer.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

using nlohmann::json;

struct LogsOptions {
    std::string function, trace, since;
    bool follow = false;
};

void logs(const LogsOptions& options, const Program& program) {
    json params = json::object();
    if (!options.function.empty()) params["function"] = options.function;
    if (!options.trace.empty()) params["trace"] = options.trace;
    if (!options.since.empty()) {
        const auto ago = base::parse_duration(options.since);
        if (ago.has_error()) throw CommandError("--since: " + ago.error().message, kWrongUsage);
        params["since_seconds"] = static_cast<double>(ago->count()) / 1e6;
    }
    const LogPrinter printer(std::cout, program.json, ::isatty(STDOUT_FILENO) == 1 && !std::getenv("NO_COLOR"));
    bool waits = false, connected = false;
    while (true) {
        if (waits) params["wait_seconds"] = 20;
        json page;
        try {
            // Found anew each time: a daemon that was restarted may have other ports.
            page = ControlClient(program).operation("log.read", params).value;
            connected = true;
        } catch (const CommandError&) {
            if (!options.follow || !connected) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds{500});
            continue;
        }
        if (const auto missed = page.value("missed", 0U); missed > 0)
            std::cerr << '(' << missed << " entries were overwritten before they could be read)\n";
        const json& entries = page.at("entries");
        for (const json& entry : entries)
            printer.print(entry);
        std::cout.flush();
        if (!std::cout) return;  // whoever read it has gone
        const bool looked_on = page.value("next", 0U) > params.value("after", 0U);
        params["after"] = page.value("next", 0U);
        // The rest of what there is, then what comes.
        waits = entries.empty() && (!looked_on || waits);
        if (waits && !options.follow) return;
    }
}

}  // namespace

void add_logs(CLI::App& app, Program& program) {
    auto options = std::make_shared<LogsOptions>();
    auto* command = app.add_subcommand("logs", "The calls of the running daemon, and what its functions have said");
    command->add_flag("--follow,-f", options->follow, "Go on with what comes, until it is stopped");
    command->add_option("--function", options->function, "Only of this function");
    command->add_option("--trace", options->trace, "Only of the chain with this id, or the beginning of it");
    command->add_option("--since", options->since, "Only of the last 30s, 5m, 1h, ...");
    command->footer("Example: faasd logs -f --function hello");
    command->callback([options, &program] { logs(*options, program); });
}

}  // namespace faasd::cli
