#include "base/units.hpp"
#include "control/operations.hpp"

namespace faasd::control {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMostFirings = 100;

json to_json(const model::ScheduleInfo& schedule) {
    json next = json::array();
    for (const base::TimePoint time : schedule.next)
        next.push_back(base::format_rfc3339(time));
    json out = {{"name", schedule.name},
                {"function", schedule.function},
                {"expression", schedule.expression},
                {"time_zone", schedule.time_zone},
                {"enabled", schedule.enabled},
                {"missed", model::to_string(schedule.missed)},
                {"next", std::move(next)}};
    if (schedule.last) out["last"] = base::format_rfc3339(*schedule.last);
    return out;
}

void list(model::Schedules& schedules, OperationCall call) {
    const std::uint64_t firings = call.params.optional_count("next").value_or(3);
    call.params.finish();
    if (firings > kMostFirings) call.params.refuse("next is at most 100");
    json all = json::array();
    for (const model::ScheduleInfo& schedule : schedules.schedules(firings))
        all.push_back(to_json(schedule));
    call.succeed({{"schedules", std::move(all)}});
}

void run(model::Schedules& schedules, OperationCall call) {
    const std::string name = call.params.text("name");
    call.params.finish();
    if (!call.function.empty())
        return call.fail(
            model::OperationError{"AccessDenied", "schedules are run by people, not by functions", "", 403});
    if (!schedules.has_schedule(name))
        return call.fail(model::OperationError{
            "NoSuchSchedule", "there is no schedule '" + name + "' in the configuration", "", 404});
    schedules.run_schedule(name, [call = std::move(call)](base::Result<std::string> id) mutable {
        if (id.has_error()) return call.fail(id.error());
        call.succeed({{"request_id", *id}});
    });
}

}  // namespace

void add_schedule_operations(OperationTable& table, model::Schedules& schedules) {
    table.add("schedule.list", true, [&](OperationCall call) { list(schedules, std::move(call)); });
    table.add("schedule.run", false, [&](OperationCall call) { run(schedules, std::move(call)); });
}

}  // namespace faasd::control
