#include <unistd.h>

#include <iostream>

#include <CLI/CLI.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/control_client.hpp"
#include "cli/log_printer.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

void print_logs(const ControlClient& client, const std::string& request_id, bool as_json) {
    if (request_id.empty()) return;
    const auto page = client.operation("log.read", {{"request_id", request_id}}).value;
    const LogPrinter printer(std::cerr, as_json, ::isatty(STDERR_FILENO) == 1);
    const auto& entries = page.at("entries");
    for (const auto& entry : entries)
        printer.print(entry);
}

}  // namespace

void add_invoke(CLI::App& app, Program& program) {
    struct Options {
        std::string function, data, file;
        bool async = false, logs = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("invoke", "Call a function of the running daemon and print its answer");
    command->add_option("function", options->function, "The function's name")->required();
    auto* data = command->add_option("--data,-d", options->data, "The payload as JSON; '-' reads standard input");
    command->add_option("--data-file,-f", options->file, "A file with the payload")->excludes(data);
    auto* async = command->add_flag("--async", options->async, "Accept the call durably and return its request id at once");
    command->add_flag("--logs", options->logs, "Also print what the function has logged, on standard error")->excludes(async);
    command->footer("Example: faasd invoke hello --data '{\"name\":\"you\"}'");
    command->callback([options, &program] {
        const ControlClient client(program);
        const std::string path = "functions/" + base::percent_encode(options->function) + "/invocations" +
                                 (options->async ? "?async=true" : "");
        try {
            const auto answer = client.request("POST", path, read_data(options->data, options->file));
            if (options->logs) print_logs(client, answer.header("x-faasd-request-id"), program.json);
            std::cout << answer.body << '\n';
        } catch (const CommandError& error) {
            const auto about = base::parse_json(error.detail.empty() ? "{}" : error.detail);
            if (options->logs && about.is_object()) print_logs(client, about.value("request_id", ""), program.json);
            throw;
        }
    });
}

}  // namespace faasd::cli
