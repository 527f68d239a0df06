#include <iostream>

#include <CLI/CLI.hpp>

#include "base/json.hpp"
#include "cli/control_client.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

using nlohmann::json;

void print_functions(const json& functions) {
    std::vector<std::vector<std::string>> rows{{"FUNCTION", "STATE", "RUNNING", "WAITING", "CALLS", "ERRORS"}};
    for (const json& f : functions)
        rows.push_back({f.value("name", ""), f.value("state", ""), plain(f.value("running", json(0))),
                        plain(f.value("waiting", json(0))), plain(f.value("calls", json(0))),
                        plain(f.value("errors", json(0)))});
    print_rows(rows);
    for (const json& f : functions)
        if (const std::string reason = f.value("error", ""); !reason.empty())
            std::cout << f.value("name", "") << ": " << reason << '\n';
}

void print_limits(const json& limits) {
    if (limits.empty()) return;
    std::vector<std::vector<std::string>> rows{{"CONNECTIONS", "MAX", "IN USE", "PEAK", "REFUSED"}};
    for (const json& one : limits)
        rows.push_back({one.value("resource", ""), plain(one.value("max_connections", json(0))),
                        plain(one.value("in_use", json(0))), plain(one.value("peak", json(0))),
                        plain(one.value("refused", json(0)))});
    std::cout << '\n';
    print_rows(rows);
}

void print_upstreams(const json& upstreams, const json& shadows) {
    if (!upstreams.empty()) {
        std::vector<std::vector<std::string>> rows{{"UPSTREAM", "URL", "HEALTH", "REQUESTS", "FAILURES", "RETRIES"}};
        for (const json& one : upstreams)
            rows.push_back({one.value("name", ""), one.value("url", ""),
                            one.value("healthy", true) ? "healthy" : "unhealthy: " + one.value("reason", ""),
                            plain(one.value("requests", json(0))), plain(one.value("failures", json(0))),
                            plain(one.value("retries", json(0)))});
        std::cout << '\n';
        print_rows(rows);
    }
    if (shadows.empty()) return;
    std::vector<std::vector<std::string>> rows{{"SHADOW", "ROUTE", "SAME", "DIFFERENT", "FAILED", "SKIPPED"}};
    for (const json& one : shadows)
        rows.push_back({one.value("target", ""), one.value("route", ""), plain(one.value("same", json(0))),
                        plain(one.value("different", json(0))), plain(one.value("failed", json(0))),
                        plain(one.value("skipped", json(0)))});
    std::cout << '\n';
    print_rows(rows);
    for (const json& one : shadows)
        if (const std::string last = one.value("last_difference", ""); !last.empty())
            std::cout << one.value("target", "") << ": " << last << '\n';
}

}  // namespace

void add_status(CLI::App& app, Program& program) {
    auto* status = app.add_subcommand("status", "What the running daemon serves, and how it fares");
    status->footer("Example: faasd status --json");
    status->callback([&program] {
        const json about = base::parse_json(ControlClient(program).request("GET", "status").body);
        if (program.json) return print_json(about);
        std::cout << about.value("app", "") << "  " << about.value("app_url", "") << "  control "
                  << about.value("control_url", "") << "  process " << plain(about.value("process", json(0))) << '\n';
        if (about.contains("configuration_error"))
            std::cout << "configuration not applied:\n" << about.value("configuration_error", "") << '\n';
        std::cout << '\n';
        print_functions(about.value("functions", json::array()));
        print_limits(about.value("connection_limits", json::array()));
        print_upstreams(about.value("upstreams", json::array()), about.value("shadows", json::array()));
    });

    auto* reset = app.add_subcommand("reset", "Delete every message, object and item of the running daemon");
    auto sure = std::make_shared<bool>(false);
    reset->add_flag("--yes,-y", *sure, "Do not ask");
    reset->footer("Example: faasd reset --yes");
    reset->callback([sure, &program] {
        if (!*sure) {
            std::cout << "This deletes all messages, objects and items. Type 'yes' to go on: " << std::flush;
            std::string answer;
            std::getline(std::cin, answer);
            if (answer != "yes") throw CommandError("nothing was deleted");
        }
        ControlClient(program).request("POST", "reset");
        if (!program.json) std::cout << "everything is empty\n";
    });
}

}  // namespace faasd::cli
