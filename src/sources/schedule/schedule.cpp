#include "sources/schedule/schedule.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "base/units.hpp"
#include "sources/errors.hpp"
#include "sources/schedule/civil.hpp"

namespace faasd::sources {
namespace {

using std::chrono::seconds;

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The inside of "name(...)"; none where the text has another shape.
std::optional<std::string_view> inside(std::string_view text, std::string_view name) {
    if (!text.starts_with(name) || !text.ends_with(')')) return std::nullopt;
    text.remove_prefix(name.size());
    text = trim(text);
    if (!text.starts_with('(')) return std::nullopt;
    return trim(text.substr(1, text.size() - 2));
}

base::Error invalid(std::string_view expression, const std::string& why) {
    return {SourceErrc::invalid_schedule, "schedule '" + std::string(expression) + "': " + why};
}

std::optional<LocalSeconds> next_local(const Cron& cron, LocalSeconds from) {
    std::int64_t day = floor_div(from, kDaySeconds);
    auto second = static_cast<std::int32_t>(from - day * kDaySeconds);
    while (true) {
        const auto matching = cron.next_day(day);
        if (!matching) return std::nullopt;
        if (*matching != day) second = 0;
        if (const auto found = cron.next_second(second)) return *matching * kDaySeconds + *found;
        day = *matching + 1;
        second = 0;
    }
}

// 2026-12-24T18:00:00, of the calendar and the clock.
std::optional<LocalSeconds> parse_local(std::string_view text) {
    constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
    if (text.size() != kForm.size()) return std::nullopt;
    std::array<int, 6> parts{};
    std::size_t part = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (kForm[i] != 'd') {
            if (text[i] != kForm[i]) return std::nullopt;
            ++part;
        } else {
            if (text[i] < '0' || text[i] > '9') return std::nullopt;
            parts[part] = parts[part] * 10 + (text[i] - '0');
        }
    }
    const auto [year, month, day, hour, minute, second] = parts;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    if (static_cast<unsigned>(day) > days_in_month(year, static_cast<unsigned>(month))) return std::nullopt;
    return days_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day)) * kDaySeconds +
           hour * 3600 + minute * 60 + second;
}

}  // namespace

base::Result<Schedule> Schedule::parse(std::string_view expression, std::string_view time_zone) {
    const std::string_view text = trim(expression);
    if (const auto rate = inside(text, "rate")) {
        const auto period = base::parse_duration(*rate);
        if (!period) {
            return invalid(expression,
                           "'" + std::string(*rate) + "' is not a number and a unit, such as '5 minutes'");
        }
        if (*period < seconds{1}) return invalid(expression, "a rate is at least 1 second");
        if (*period > std::chrono::hours{24 * 366 * 10})
            return invalid(expression, "a rate is at most 10 years");
        return Schedule(Rate{*period});
    }
    if (const auto time = inside(text, "at")) {
        const auto local = parse_local(*time);
        if (!local)
            return invalid(expression,
                           "'" + std::string(*time) + "' is not a time such as 2026-12-24T18:00:00");
        auto zone = TimeZone::load(time_zone);
        if (!zone) return zone.error();
        return Schedule(Once{base::TimePoint{seconds{(*zone)->resolve(*local).first}}});
    }
    std::string_view fields = text;
    if (const auto cron = inside(text, "cron")) {
        fields = *cron;
    } else if (text.find('(') != std::string_view::npos || text.empty()) {
        return invalid(expression, "expected rate(5 minutes), cron(0 2 * * *) or at(2026-12-24T18:00:00)");
    }
    auto cron = Cron::parse(fields);
    if (!cron) return invalid(expression, cron.error().message);
    auto zone = TimeZone::load(time_zone);
    if (!zone) return zone.error();
    return Schedule(Times{*cron, *zone});
}

std::optional<UtcSeconds> Schedule::Times::next_after(UtcSeconds time) const {
    if (!cron.every_hour()) {
        // Local times in order resolve to instants in order, so the first one past `time` is the next firing.
        LocalSeconds local = time + zone->offset_at(time);
        while (const auto found = next_local(cron, local)) {
            const UtcSeconds firing = zone->resolve(*found).first;
            if (firing > time) return firing;
            local = *found + 1;
        }
        return std::nullopt;
    }
    while (true) {
        const std::int32_t offset = zone->offset_at(time + 1);
        const auto change = zone->next_change(time + 1);
        const auto found = next_local(cron, time + 1 + offset);
        if (!found) return std::nullopt;
        if (!change || *found - offset < *change) return *found - offset;
        time = *change - 1;
    }
}

std::optional<base::TimePoint> Schedule::next_after(base::TimePoint time) const {
    if (const auto* rate = std::get_if<Rate>(&kind_)) return time + rate->period;
    if (const auto* once = std::get_if<Once>(&kind_))
        return once->time > time ? std::optional(once->time) : std::nullopt;
    const auto whole = std::chrono::floor<seconds>(time).time_since_epoch().count();
    const auto next = std::get<Times>(kind_).next_after(whole);
    if (!next) return std::nullopt;
    return base::TimePoint{seconds{*next}};
}

std::optional<base::TimePoint> Schedule::last_between(base::TimePoint from, base::TimePoint until) const {
    if (until <= from) return std::nullopt;
    if (const auto* rate = std::get_if<Rate>(&kind_)) {
        const auto periods = (until - from) / rate->period;
        if (periods == 0) return std::nullopt;
        return from + periods * rate->period;
    }
    const auto next = next_after(from);
    if (!next || *next > until) return std::nullopt;
    if (std::holds_alternative<Once>(kind_)) return next;
    // Bisect for the latest instant that still has a firing after it and up to `until`: months of downtime of
    // a schedule that fires every second take as few steps as those of a yearly one.
    base::TimePoint has = from, has_not = until;
    while (has_not - has > seconds{1}) {
        const base::TimePoint middle = has + (has_not - has) / 2;
        const auto after = next_after(middle);
        (after && *after <= until ? has : has_not) = middle;
    }
    return next_after(has);
}

}  // namespace faasd::sources
