// Parses the command line, calls, prints.
#include <cstring>
#include <iostream>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/cli.hpp"
#include "base/version.hpp"
#include "runtime/probe.hpp"

namespace {

// CLI11 says only that a subcommand is missing where a word is none of them.
std::string explain(const CLI::ParseError& error, const CLI::App& app, const std::vector<std::string>& arguments) {
    const CLI::App* at = &app;
    std::string path;
    std::size_t next = 1;
    for (; !at->get_subcommands().empty(); ++next) {
        at = at->get_subcommands().front();
        path += at->get_name() + ' ';
        while (next < arguments.size() && arguments[next] != at->get_name())
            ++next;
    }
    std::vector<std::string> names;
    for (const CLI::App* one : at->get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(one->get_name());
    if (names.empty() || next >= arguments.size() || arguments[next].starts_with('-')) return error.what();
    const auto meant = faasd::base::closest(arguments[next], names);
    return "there is no command '" + path + arguments[next] + "'" + (meant ? "; did you mean '" + *meant + "'?" : "");
}

int run(int argc, char** argv) {
    using namespace faasd::cli;
    Program program;
    program.arguments.assign(argv, argv + argc);

    CLI::App app{"faasd: the serverless cloud in one small daemon", "faasd"};
    app.fallthrough();  // --url and --json may stand behind the subcommand as well
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("faasd ") + faasd::base::kVersion);
    app.add_option("--url", program.url, "The running daemon's control URL")->envname("FAASD_URL");
    app.add_flag("--json", program.json, "Print JSON, for programs");
    app.footer("Start with: faasd init hello && faasd serve hello");
    add_serve(app, program);
    add_check(app, program);
    add_init(app, program);
    add_invoke(app, program);
    add_logs(app, program);
    add_queue(app, program);
    add_bucket(app, program);
    add_table(app, program);
    add_schedule(app, program);
    add_status(app, program);
    add_example(app, program);
    add_load(app, program);
    add_completion(app, program);
    app.add_subcommand("version", "Print the version")->footer("Example: faasd version")->callback([] { std::cout << "faasd " << faasd::base::kVersion << '\n'; });

    try {
        app.parse(argc, argv);
        return program.exit_code;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version
        std::cerr << "faasd: " << explain(error, app, program.arguments) << '\n';
        std::string path = "faasd";
        for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
            at = at->get_subcommands().front();
            path += ' ' + at->get_name();
        }
        std::cerr << "See '" << path << " --help'.\n";
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
