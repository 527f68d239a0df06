// Parses the command line, calls, prints.
#include <cstring>
#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/cli.hpp"
#include "cli/version.hpp"
#include "runtime/probe.hpp"

namespace {

int run(int argc, char** argv) {
    using namespace faasd::cli;
    Program program;
    program.arguments.assign(argv, argv + argc);

    CLI::App app{"faasd: the serverless cloud in one small daemon", "faasd"};
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("faasd ") + kVersion);
    app.add_option("--url", program.url, "The running daemon's control URL")->envname("FAASD_URL");
    app.add_flag("--json", program.json, "Print JSON, for programs");
    app.footer("Start with: faasd init hello && faasd serve hello");
    add_serve(app, program);
    add_check(app, program);
    add_init(app, program);
    add_invoke(app, program);
    add_queue(app, program);
    add_bucket(app, program);
    add_table(app, program);
    add_status(app, program);
    add_completion(app, program);
    app.add_subcommand("version", "Print the version")->callback([] { std::cout << "faasd " << kVersion << '\n'; });

    try {
        app.parse(argc, argv);
        return program.exit_code;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version
        std::cerr << "faasd: " << error.what() << '\n';
        const CLI::App* deepest = &app;
        while (!deepest->get_subcommands().empty())
            deepest = deepest->get_subcommands().front();
        std::cerr << "See '" << (deepest == &app ? "faasd" : "faasd " + deepest->get_display_name()) << " --help'.\n";
        return kWrongUsage;
    } catch (const CommandError& error) {
        std::cerr << "faasd: " << error.what() << '\n';
        return error.exit_code;
    }
}

}  // namespace

int main(int argc, char** argv) {
    // The daemon starts itself anew to look into a module that may not survive being opened.
    if (argc > 1 && std::strcmp(argv[1], "__probe-module") == 0) return faasd::runtime::probe_main(argc, argv);
    try {
        return run(argc, argv);
    } catch (const std::exception& problem) {
        std::cerr << "faasd: " << problem.what() << '\n';
        return faasd::cli::kFailed;
    }
}
