#include "aws/protocol/date_time.hpp"

#include <charconv>
#include <system_error>

namespace faasd::aws {

int digits(std::string_view text, std::size_t at, std::size_t size) {
    if (at + size > text.size()) return -1;
    int value = -1;
    const auto [end, failure] = std::from_chars(text.data() + at, text.data() + at + size, value);
    return failure == std::errc{} && end == text.data() + at + size ? value : -1;
}

std::optional<base::TimePoint> make_time(int year, int month, int day, int hour, int minute, int second) {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    return base::TimePoint{sys_days{date}} + hours{hour} + minutes{minute} + seconds{second};
}

}  // namespace faasd::aws
