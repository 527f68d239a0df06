#include <algorithm>
#include <array>
#include <cmath>

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

// A plain scalar as YAML's core schema reads it.
nlohmann::json scalar_json(const Node& node) {
    if (!node.plain) return node.text;
    const std::string& text = node.text;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    const bool numeric =
        !text.empty() && text.size() < 40 && text.find_first_not_of("0123456789+-.eE") == std::string::npos;
    if (numeric) {
        const auto parsed =
            nlohmann::json::parse(text.front() == '+' ? text.substr(1) : text, nullptr, false);
        if (parsed.is_number() && (!parsed.is_number_float() || std::isfinite(parsed.get<double>())))
            return parsed;
    }
    return text;
}

nlohmann::json to_json(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null:
            return nullptr;
        case Node::Kind::scalar:
            return scalar_json(node);
        case Node::Kind::list: {
            auto out = nlohmann::json::array();
            for (const Node& item : node.items)
                out.push_back(to_json(item));
            return out;
        }
        case Node::Kind::map: {
            auto out = nlohmann::json::object();
            for (const Entry& entry : node.entries)
                out[entry.key.text] = to_json(entry.value);
            return out;
        }
    }
    return nullptr;
}

Field<ScheduleDefinition> input_field() {
    ValueDescription what;
    what.kind = ValueDescription::Kind::anything;
    return {{"input", what, "What the function gets, as JSON. Without it: the scheduled event.", {}, false},
            [](Reading& reading, const Node& node, ScheduleDefinition& into) {
                // Variables hold any bytes; JSON holds UTF-8.
                try {
                    into.input = to_json(node).dump();
                } catch (const nlohmann::json::exception&) {
                    reading.error(node, "'input' has the value of a variable that is not UTF-8");
                }
            }};
}

void check_schedule(Reading& reading, const Node& at, const Node& map, ScheduleDefinition&) {
    if (map.find("cron") && map.find("rate"))
        reading.error(at, reading.where() + " has both 'cron' and 'rate'", "keep one of them");
    if (!map.find("cron") && !map.find("rate"))
        reading.error(at, reading.where() + " has no time",
                      "write 'rate: 5 minutes' or 'cron: \"0 2 * * *\"'");
}

}  // namespace

const Section<ScheduleDefinition>& schedule_section() {
    using S = ScheduleDefinition;
    static const Section<S> section =
        Section<S>(
            "schedule", "schedules.<name>", "Calls a function at times.",
            {cron_field(), rate_field(),
             text_field<S>("time_zone", &S::time_zone, "a name of the tz database",
                           "Where the clock of `cron` hangs: Europe/Berlin."),
             reference_field<S>("function", &S::function, ResourceKind::function, "The function.").required(),
             input_field(), boolean_field<S>("enabled", &S::enabled, "false: it rests.")})
            .check(check_schedule)
            .foreign({{"schedule", "write 'rate: 5 minutes' or 'cron: \"0 2 * * *\"'"},
                      {"expression", "write 'rate: 5 minutes' or 'cron: \"0 2 * * *\"'"},
                      {"every", "did you mean 'rate'?"},
                      {"timezone", "did you mean 'time_zone'?"}});
    return section;
}

}  // namespace faasd::config
