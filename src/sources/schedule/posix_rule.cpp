#include <algorithm>
#include <charconv>

#include "sources/schedule/civil.hpp"
#include "sources/schedule/time_zone.hpp"

namespace faasd::sources {
namespace {

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

bool take_number(std::string_view& text, int& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc{} || out < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

bool take_name(std::string_view& text) {
    if (take(text, '<')) {
        const std::size_t end = text.find('>');
        if (end == std::string_view::npos) return false;
        text.remove_prefix(end + 1);
        return true;
    }
    std::size_t n = 0;
    while (n < text.size() && ((text[n] >= 'a' && text[n] <= 'z') || (text[n] >= 'A' && text[n] <= 'Z')))
        ++n;
    text.remove_prefix(n);
    return n >= 3;
}

// [+-]hh[:mm[:ss]]; a footer of version 3 allows up to 167 hours.
bool take_time(std::string_view& text, std::int32_t& seconds) {
    const bool negative = take(text, '-');
    if (!negative) take(text, '+');
    int hours = 0, minutes = 0, rest = 0;
    if (!take_number(text, hours) || hours > 167) return false;
    if (take(text, ':')) {
        if (!take_number(text, minutes) || minutes > 59) return false;
        if (take(text, ':') && (!take_number(text, rest) || rest > 59)) return false;
    }
    seconds = hours * 3600 + minutes * 60 + rest;
    if (negative) seconds = -seconds;
    return true;
}

int year_of(std::int64_t seconds) {
    return int{date_of(floor_div(seconds, kDaySeconds)).year()};
}

}  // namespace

bool PosixRule::parse_date(std::string_view& text, Date& date) {
    if (take(text, 'M')) {
        date.kind = Date::Kind::month_week_day;
        if (!take_number(text, date.month) || !take(text, '.') || !take_number(text, date.week) ||
            !take(text, '.') || !take_number(text, date.day)) {
            return false;
        }
        if (date.month < 1 || date.month > 12 || date.week < 1 || date.week > 5 || date.day > 6) return false;
    } else if (take(text, 'J')) {
        date.kind = Date::Kind::julian;
        if (!take_number(text, date.day) || date.day < 1 || date.day > 365) return false;
    } else {
        date.kind = Date::Kind::zero_based;
        if (!take_number(text, date.day) || date.day > 365) return false;
    }
    date.time = 2 * 3600;
    return !take(text, '/') || take_time(text, date.time);
}

std::optional<PosixRule> PosixRule::parse(std::string_view text) {
    PosixRule rule;
    std::int32_t west = 0;
    if (!take_name(text) || !take_time(text, west)) return std::nullopt;
    rule.standard_ = -west;
    rule.daylight_ = rule.standard_ + 3600;
    if (text.empty()) return rule;
    rule.has_daylight_ = true;
    if (!take_name(text)) return std::nullopt;
    if (!text.empty() && text.front() != ',') {
        if (!take_time(text, west)) return std::nullopt;
        rule.daylight_ = -west;
    }
    if (!take(text, ',') || !parse_date(text, rule.starts_)) return std::nullopt;
    if (!take(text, ',') || !parse_date(text, rule.ends_) || !text.empty()) return std::nullopt;
    return rule;
}

LocalSeconds PosixRule::Date::in(int year) const {
    std::int64_t days = 0;
    if (kind == Kind::month_week_day) {
        const auto m = static_cast<unsigned>(month);
        const std::int64_t first = days_of(year, m, 1);
        const int ahead = (day - static_cast<int>(weekday_of(first)) + 7) % 7;
        int in_month = ahead + (week - 1) * 7;
        while (in_month >= static_cast<int>(days_in_month(year, m)))
            in_month -= 7;
        days = first + in_month;
    } else {
        days = days_of(year, 1, 1) + day;
        if (kind == Kind::julian) {  // from 1, and 29 February is never counted
            const bool after_leap_day = std::chrono::year{year}.is_leap() && day >= 60;
            days += after_leap_day ? 0 : -1;
        }
    }
    return days * kDaySeconds + time;
}

std::int32_t PosixRule::offset_at(UtcSeconds time) const {
    if (!has_daylight_) return standard_;
    const int year = year_of(time + standard_);
    const UtcSeconds starts = starts_.in(year)-standard_;
    const UtcSeconds ends = ends_.in(year)-daylight_;
    const bool daylight = starts < ends ? time >= starts && time < ends : time >= starts || time < ends;
    return daylight ? daylight_ : standard_;
}

std::optional<UtcSeconds> PosixRule::next_change(UtcSeconds time) const {
    if (!has_daylight_) return std::nullopt;
    std::optional<UtcSeconds> next;
    for (int year = year_of(time) - 1; year <= year_of(time) + 1; ++year) {
        for (const UtcSeconds change : {starts_.in(year)-standard_, ends_.in(year)-daylight_}) {
            if (change > time && (!next || change < *next)) next = change;
        }
    }
    return next;
}

}  // namespace faasd::sources
