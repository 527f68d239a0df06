// faasd example list | run | check | copy | load
#include <algorithm>
#include <iomanip>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/cli.hpp"
#include "cli/example_checks.hpp"
#include "cli/example_load.hpp"
#include "cli/example_run.hpp"
#include "cli/examples.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

void list(const Program& program) {
    const auto examples = bundled_examples();
    if (program.json) {
        auto all = nlohmann::json::array();
        for (const auto& example : examples)
            all.push_back({{"name", example.name}, {"summary", example.summary}, {"folder", example.folder.string()}});
        return print_json(all);
    }
    std::size_t width = 0;
    for (const auto& example : examples)
        width = std::max(width, example.name.size());
    for (const auto& example : examples)
        std::cout << std::left << std::setw(static_cast<int>(width) + 2) << example.name << example.summary << '\n';
    std::cout << "\nfaasd example run NAME starts one.\n";
}

void copy(const std::string& name, const std::string& folder) {
    const Example example = find_example(name);
    for (const auto& file : copy_example(example, folder))
        std::cout << "wrote " << file.string() << '\n';
    const bool is_path = folder.find('/') != std::string::npos;
    std::cout << "\nNow: faasd serve " << folder << '\n';
    if (example.has("check")) std::cout << "And: faasd example check " << (is_path ? "" : "./") << folder << '\n';
}

void add_session_options(CLI::App& command, SessionOptions& options) {
    command.add_option("--database", options.database, "Another database for the examples that can: postgresql");
    command
        .add_option("--fail-rate", options.fail_rate,
                    "The share of calls that fail: half of them before the function runs, half after it ran")
        ->check(CLI::Range(0.0, 1.0));
}

}  // namespace

void add_example(CLI::App& app, Program& program) {
    auto* command = app.add_subcommand("example", "Run, check and copy the bundled examples");
    command->require_subcommand(1);
    command->footer("Example: faasd example run quickstart");

    command->add_subcommand("list", "List them, one line each")
        ->footer("Example: faasd example list")
        ->callback([&program] { list(program); });

    auto run_options = std::make_shared<RunOptions>();
    run_options->session.port = 3000;
    run_options->session.control_port = 4566;
    auto* run_command = command->add_subcommand("run", "Serve one, feed it, and show what flows until Ctrl-C");
    run_command->add_option("name", run_options->name, "An example, or a folder with a project like one")->required();
    run_command->add_flag("--once", run_options->once, "End when it has been fed and nothing flows any more");
    run_command->add_option("--port", run_options->session.port, "The app's port; 0: any free one")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    run_command->add_option("--control-port", run_options->session.control_port, "The control port; 0: any free one")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    add_session_options(*run_command, run_options->session);
    run_command->footer("Example: faasd example run map-reduce");
    run_command->callback([run_options, &program] { run_example(*run_options, program); });

    auto check_options = std::make_shared<CheckOptions>();
    auto* check = command->add_subcommand(
        "check", "Run them headless, each in a daemon of its own on free ports, and hold them to what they promise");
    check->add_option("name", check_options->names, "Examples, or folders with projects like them");
    check->add_flag("--all", check_options->all, "All of them");
    check->add_option("--kill", check_options->kills,
                      "So many times, at random moments, the daemon is killed (kill -9) and started again")
        ->capture_default_str();
    check->add_option("--seed", check_options->seed, "Repeats the choices of an earlier run");
    check->add_option("--jobs,-j", check_options->jobs, "So many at a time; 0: one a core")->capture_default_str();
    add_session_options(*check, check_options->session);
    check->footer("Example: faasd example check quickstart --kill 3 --fail-rate 0.2");
    check->callback([check_options, &program] { check_examples(*check_options, program); });

    auto load_options = std::make_shared<LoadCommand>();
    auto* load = command->add_subcommand("load", "Put load on one, and print what came of it; several stand side by side");
    load->add_option("name", load_options->names, "Examples, or folders with projects like them")->required();
    add_session_options(*load, load_options->session);
    load->footer("Example: faasd example load buffer");
    load->callback([load_options, &program] { load_examples(*load_options, program); });

    auto name = std::make_shared<std::string>(), folder = std::make_shared<std::string>();
    auto* copy_command = command->add_subcommand("copy", "Make a project of one's own of it");
    copy_command->add_option("name", *name, "An example")->required();
    copy_command->add_option("folder", *folder, "A new folder")->required();
    copy_command->footer("Example: faasd example copy quickstart my-project");
    copy_command->callback([name, folder] { copy(*name, *folder); });
}

}  // namespace faasd::cli
