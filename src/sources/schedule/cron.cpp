#include "sources/schedule/cron.hpp"

#include <algorithm>

#include "sources/schedule/civil.hpp"

namespace faasd::sources {
namespace {

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2400;  // the calendar repeats after 400 years

// The weekday (Monday to Friday) nearest to a day, without leaving the month.
unsigned nearest_weekday(int year, unsigned month, unsigned day) {
    const unsigned last = days_in_month(year, month);
    day = std::min(day, last);
    switch (weekday_of(days_of(year, month, day))) {
        case 6:
            return day == 1 ? 3 : day - 1;
        case 0:
            return day == last ? day - 2 : day + 1;
        default:
            return day;
    }
}

unsigned last_weekday(int year, unsigned month) {
    return nearest_weekday(year, month, 31);
}

template <std::size_t N>
std::optional<std::int32_t> next_bit(const std::bitset<N>& bits, std::int32_t from) {
    for (auto i = static_cast<std::size_t>(from); i < N; ++i) {
        if (bits[i]) return static_cast<std::int32_t>(i);
    }
    return std::nullopt;
}

}  // namespace

bool Cron::DayOfMonth::matches(int year, unsigned month, unsigned day) const {
    if (days[day]) return true;
    if (before_last[days_in_month(year, month) - day]) return true;
    if (last_weekday && day == sources::last_weekday(year, month)) return true;
    if (nearest_weekdays.none()) return false;
    for (unsigned wanted = 1; wanted <= days_in_month(year, month); ++wanted) {
        if (nearest_weekdays[wanted] && day == nearest_weekday(year, month, wanted)) return true;
    }
    return false;
}

bool Cron::DayOfWeek::matches(int year, unsigned month, unsigned day) const {
    const unsigned weekday = weekday_of(days_of(year, month, day));
    if (days[weekday] || of_month[(day - 1) / 7][weekday]) return true;
    return last[weekday] && day + 7 > days_in_month(year, month);
}

bool Cron::matches_day(int year, unsigned month, unsigned day) const {
    const bool by_month = day_of_month_.matches(year, month, day);
    const bool by_week = day_of_week_.matches(year, month, day);
    const bool either = day_of_month_.restricted && day_of_week_.restricted;
    return either ? by_month || by_week : by_month && by_week;
}

std::optional<std::int64_t> Cron::next_day(std::int64_t day) const {
    day = std::max<std::int64_t>(day, 0);
    const auto date = date_of(day);
    int year{date.year()};
    auto month = unsigned{date.month()};
    auto in_month = unsigned{date.day()};
    for (; year <= kLastYear; ++year, month = 1, in_month = 1) {
        if (years_ && !years_->test(static_cast<std::size_t>(year - kFirstYear))) continue;
        for (; month <= 12; ++month, in_month = 1) {
            if (!months_[month]) continue;
            for (; in_month <= days_in_month(year, month); ++in_month) {
                if (matches_day(year, month, in_month)) return days_of(year, month, in_month);
            }
        }
    }
    return std::nullopt;
}

std::optional<std::int32_t> Cron::next_second(std::int32_t second) const {
    std::int32_t hour = second / 3600, minute = second / 60 % 60, rest = second % 60;
    while (hour < 24) {
        const auto next_hour = next_bit(hours_, hour);
        if (!next_hour) return std::nullopt;
        if (*next_hour != hour) minute = rest = 0;
        hour = *next_hour;
        while (minute < 60) {
            const auto next_minute = next_bit(minutes_, minute);
            if (!next_minute) break;
            if (*next_minute != minute) rest = 0;
            minute = *next_minute;
            if (const auto next = next_bit(seconds_, rest)) return hour * 3600 + minute * 60 + *next;
            ++minute;
            rest = 0;
        }
        ++hour;
        minute = rest = 0;
    }
    return std::nullopt;
}

}  // namespace faasd::sources
