// Days and dates of the proleptic Gregorian calendar, over std::chrono's calendar types.
#pragma once

#include <chrono>
#include <cstdint>

namespace faasd::sources {

inline constexpr std::int64_t kDaySeconds = 86400;

[[nodiscard]] constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}
// Days since 1970-01-01.
[[nodiscard]] constexpr std::int64_t days_of(int year, unsigned month, unsigned day) {
    using namespace std::chrono;
    return sys_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}}
        .time_since_epoch()
        .count();
}
[[nodiscard]] constexpr std::chrono::year_month_day date_of(std::int64_t days) {
    return std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}};
}
[[nodiscard]] constexpr unsigned weekday_of(std::int64_t days) {  // 0: Sunday
    return static_cast<unsigned>((days % 7 + 11) % 7);
}
[[nodiscard]] constexpr unsigned days_in_month(int year, unsigned month) {
    using namespace std::chrono;
    return unsigned{(std::chrono::year{year} / std::chrono::month{month} / last).day()};
}

}  // namespace faasd::sources
