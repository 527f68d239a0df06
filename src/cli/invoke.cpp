#include <iostream>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/control_client.hpp"
#include "cli/print.hpp"

namespace faasd::cli {

void add_invoke(CLI::App& app, Program& program) {
    struct Options {
        std::string function, data, file;
        bool async = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("invoke", "Call a function of the running daemon and print its answer");
    command->add_option("function", options->function, "The function's name")->required();
    auto* data = command->add_option("--data,-d", options->data, "The payload as JSON; '-' reads standard input");
    command->add_option("--data-file,-f", options->file, "A file with the payload")->excludes(data);
    command->add_flag("--async", options->async, "Accept the call durably and return its request id at once");
    command->footer("Example: faasd invoke hello --data '{\"name\":\"you\"}'");
    command->callback([options, &program] {
        const ControlClient client(program);
        const std::string path = "functions/" + base::percent_encode(options->function) + "/invocations" +
                                 (options->async ? "?async=true" : "");
        std::cout << client.request("POST", path, read_data(options->data, options->file)).body << '\n';
    });
}

}  // namespace faasd::cli
