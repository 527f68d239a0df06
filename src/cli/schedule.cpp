#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/control_client.hpp"
#include "cli/print.hpp"

namespace faasd::cli {
namespace {

using nlohmann::json;

void add_list(CLI::App& group, Program& program) {
    auto* command = group.add_subcommand("list", "Every schedule and when it runs next");
    auto next = std::make_shared<unsigned>(3);
    command->add_option("--next,-n", *next, "So many of the next runs")
        ->check(CLI::Range(1U, 100U))
        ->capture_default_str();
    command->footer("Example: faasd schedule list");
    command->callback([next, &program] {
        const json schedules =
            ControlClient(program).operation("schedule.list", {{"next", *next}}).value.at("schedules");
        if (program.json) return print_json(schedules);
        std::vector<std::vector<std::string>> rows{
            {"SCHEDULE", "FUNCTION", "WHEN", "MISSED", "LAST RUN", "NEXT RUNS"}};
        for (const json& schedule : schedules) {
            const std::string zone = schedule.value("time_zone", "UTC");
            std::string runs;
            for (const json& time : schedule.at("next"))
                runs += (runs.empty() ? "" : ", ") + time.get<std::string>();
            if (runs.empty()) runs = schedule.value("enabled", true) ? "none any more" : "not enabled";
            rows.push_back({schedule.value("name", ""), schedule.value("function", ""),
                            schedule.value("expression", "") + (zone == "UTC" ? "" : " " + zone),
                            schedule.value("missed", ""), schedule.value("last", "-"), runs});
        }
        print_rows(rows);
    });
}

void add_run(CLI::App& group, Program& program) {
    auto* command =
        group.add_subcommand("run", "Run a schedule now, whatever its time; prints the request id");
    auto name = std::make_shared<std::string>();
    command->add_option("name", *name, "The schedule's name")->required();
    command->footer("Example: faasd schedule run nightly");
    command->callback([name, &program] {
        const json result = ControlClient(program).operation("schedule.run", {{"name", *name}}).value;
        if (program.json) return print_json(result);
        std::cout << result.value("request_id", "") << '\n';
    });
}

}  // namespace

void add_schedule(CLI::App& app, Program& program) {
    auto* group = app.add_subcommand("schedule", "See the schedules of a running daemon, or run one now");
    group->require_subcommand(1);
    group->footer("Example: faasd schedule list");
    add_list(*group, program);
    add_run(*group, program);
}

}  // namespace faasd::cli
