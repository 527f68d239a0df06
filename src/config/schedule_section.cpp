#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "config/node_json.hpp"
#include "config/sections.hpp"

namespace faasd::config {
namespace {

using model::ResourceKind;
using model::ScheduleDefinition;

// The whole of "rate(5 minutes)", or what stands within.
std::string unwrapped(std::string_view text, std::string_view name) {
    const auto trim = [](std::string_view& t) {
        while (!t.empty() && t.front() == ' ')
            t.remove_prefix(1);
        while (!t.empty() && t.back() == ' ')
            t.remove_suffix(1);
    };
    trim(text);
    if (text.starts_with(name) && text.substr(name.size()).starts_with('(') && text.ends_with(')')) {
        text = text.substr(name.size() + 1, text.size() - name.size() - 2);
        trim(text);
    }
    return std::string(text);
}

std::size_t count_fields(std::string_view text) {
    std::size_t count = 0;
    bool inside = false;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\t';
        if (!space && !inside) ++count;
        inside = !space;
    }
    return count;
}

// In EventBridge's words, with the largest unit that is exact: "rate(90 minutes)".
std::string rate_expression(base::Duration every) {
    struct Unit {
        std::int64_t microseconds;
        const char* name;
    };
    constexpr std::array units{Unit{86'400'000'000, "day"}, Unit{3'600'000'000, "hour"},
                               Unit{60'000'000, "minute"}, Unit{1'000'000, "second"},
                               Unit{1'000, "millisecond"}};
    for (const Unit& unit : units) {
        if (every.count() % unit.microseconds != 0) continue;
        const std::int64_t value = every.count() / unit.microseconds;
        return "rate(" + std::to_string(value) + ' ' + unit.name + (value == 1 ? ")" : "s)");
    }
    return {};
}

Field<ScheduleDefinition> cron_field() {
    return {{"cron",
             ValueDescription::text("5 fields, or 6 with seconds first"),
             "A cron expression: minute, hour, day of month, month, day of week. Either this or `rate`.",
             {},
             false},
            [](Reading& reading, const Node& node, ScheduleDefinition& into) {
                const auto text = reading.text("cron", node);
                if (!text) return;
                const std::string fields = unwrapped(*text, "cron");
                const std::size_t count = count_fields(fields);
                if (fields.starts_with('@')) {
                    reading.error(node, "'cron': " + shown(node) + " is not a cron expression",
                                  "write the fields: '@hourly' is \"0 * * * *\", '@daily' is \"0 0 * * *\"");
                } else if (count != 5 && count != 6) {
                    reading.error(
                        node, "'cron': " + shown(node) + " has " + std::to_string(count) + " fields",
                        "write 5 (minute hour day month weekday), or 6 with seconds first: \"0 2 * * *\"");
                } else {
                    into.expression = "cron(" + fields + ')';
                    into.at = reading.position(node);  // what is wrong within is found by who runs it
                }
            }};
}

Field<ScheduleDefinition> rate_field() {
    return {{"rate",
             ValueDescription::text("a duration of at least 1s: 5 minutes"),
             "Calls again and again after this time. Either this or `cron`.",
             {},
             false},
            [](Reading& reading, const Node& node, ScheduleDefinition& into) {
                const auto text = reading.text("rate", node);
                if (!text) return;
                Node plain = node;
                plain.text = unwrapped(*text, "rate");
                ValueDescription allowed;
                allowed.kind = ValueDescription::Kind::duration;
                allowed.min = base::Duration(std::chrono::seconds{1}).count();
                allowed.max = base::Duration(std::chrono::hours{24 * 366}).count();
                // Whole milliseconds: the exact units above stop there.
                if (const auto every = reading.duration("rate", plain, allowed))
                    into.expression = rate_expression(base::Duration{every->count() / 1000 * 1000});
            }};
}

Field<ScheduleDefinition> at_field() {
    return {{"at",
             ValueDescription::text("a local time: 2026-12-24T18:00:00"),
             "Once, at this time of `time_zone`; the seconds may be left out. Instead of `cron` or `rate`.",
             {},
             false},
            [](Reading& reading, const Node& node, ScheduleDefinition& into) {
                const auto text = reading.text("at", node);
                if (!text) return;
                std::string time = unwrapped(*text, "at");
                if (time.size() > 10 && time[10] == ' ') time[10] = 'T';
                if (time.size() == 16) time += ":00";
                const auto shape = [](char c) { return c >= '0' && c <= '9' ? 'd' : c; };
                std::string form = time;
                std::transform(form.begin(), form.end(), form.begin(), shape);
                if (form != "dddd-dd-ddTdd:dd:dd") {
                    reading.error(node, "'at': " + shown(node) + " is not a time",
                                  form.starts_with("dddd-dd-ddTdd:dd:dd") || form.ends_with("Z")
                                      ? "write the local time alone, and the zone as time_zone: Europe/Berlin"
                                      : "write 2026-12-24T18:00:00");
                    return;
                }
                into.expression = "at(" + time + ')';
            }};
}

Field<ScheduleDefinition> input_field() {
    ValueDescription what;
    what.kind = ValueDescription::Kind::anything;
    return {{"input", what, "What the function gets, as JSON. Without it: the scheduled event.", {}, false},
            [](Reading& reading, const Node& node, ScheduleDefinition& into) {
                // Variables hold any bytes; JSON holds UTF-8.
                if (auto text = base::to_exact_text(to_json(node)))
                    into.input = std::move(*text);
                else
                    reading.error(node, "'input' has the value of a variable that is not UTF-8");
            }};
}

void check_schedule(Reading& reading, const Node& at, const Node& map, ScheduleDefinition&) {
    std::string found;
    int times = 0;
    for (const char* key : {"cron", "rate", "at"}) {
        if (!map.find(key)) continue;
        found += (times++ == 0 ? "" : " and ") + in_quotes(key);
    }
    if (times > 1)
        reading.error(at, reading.where() + " has " + (times == 2 ? "both " : "") + found,
                      "keep one of them");
    if (times == 0)
        reading.error(at, reading.where() + " has no time",
                      "write 'rate: 5 minutes', 'cron: \"0 2 * * *\"' or 'at: 2026-12-24T18:00:00'");
}

}  // namespace

const Section<ScheduleDefinition>& schedule_section() {
    using S = ScheduleDefinition;
    static const Section<S> section =
        Section<S>(
            "schedule", "schedules.<name>", "Calls a function at times.",
            {cron_field(), rate_field(), at_field(),
             text_field<S>("time_zone", &S::time_zone, "a name of the tz database",
                           "Where the clock of `cron` and `at` hangs: Europe/Berlin."),
             reference_field<S>("function", &S::function, ResourceKind::function, "The function.").required(),
             input_field(), boolean_field<S>("enabled", &S::enabled, "false: it rests."),
             choice_field<S, decltype(&S::missed), model::MissedRuns>(
                 "missed", &S::missed,
                 {{"skip", model::MissedRuns::skip},
                  {"once", model::MissedRuns::once},
                  {"all", model::MissedRuns::all}},
                 "What becomes of runs whose time passed while the daemon was down or the machine slept (by "
                 "more than "
                 "10 s): `once` makes up for all of them by one run at once, with the time of the latest; "
                 "`all` runs "
                 "each of the last 24 hours; `skip` none.")})
            .check(check_schedule)
            .foreign({{"schedule", "write 'rate: 5 minutes' or 'cron: \"0 2 * * *\"'"},
                      {"expression", "write 'rate: 5 minutes' or 'cron: \"0 2 * * *\"'"},
                      {"every", "did you mean 'rate'?"},
                      {"once", "did you mean 'at'?"},
                      {"timezone", "did you mean 'time_zone'?"}});
    return section;
}

}  // namespace faasd::config
