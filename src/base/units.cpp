#include "base/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace faasd::base {
namespace {

struct Unit {
    std::string_view name;
    double factor;
};

constexpr double kSecond = 1e6;
constexpr std::array kDurationUnits{
    Unit{"us", 1},          Unit{"µs", 1},           Unit{"microsecond", 1}, Unit{"microseconds", 1},
    Unit{"ms", 1e3},        Unit{"millisecond", 1e3}, Unit{"milliseconds", 1e3},
    Unit{"s", kSecond},     Unit{"sec", kSecond},     Unit{"second", kSecond}, Unit{"seconds", kSecond},
    Unit{"m", 60 * kSecond}, Unit{"min", 60 * kSecond}, Unit{"minute", 60 * kSecond},
    Unit{"minutes", 60 * kSecond},
    Unit{"h", 3600 * kSecond}, Unit{"hour", 3600 * kSecond}, Unit{"hours", 3600 * kSecond},
    Unit{"d", 86400 * kSecond}, Unit{"day", 86400 * kSecond}, Unit{"days", 86400 * kSecond},
    Unit{"w", 604800 * kSecond}, Unit{"week", 604800 * kSecond}, Unit{"weeks", 604800 * kSecond}};

constexpr double kKi = 1024;
constexpr std::array kSizeUnits{
    Unit{"B", 1},          Unit{"KB", 1e3},           Unit{"kB", 1e3},           Unit{"MB", 1e6},
    Unit{"GB", 1e9},       Unit{"TB", 1e12},          Unit{"K", kKi},            Unit{"M", kKi * kKi},
    Unit{"G", kKi * kKi * kKi}, Unit{"T", kKi * kKi * kKi * kKi}, Unit{"KiB", kKi}, Unit{"MiB", kKi * kKi},
    Unit{"GiB", kKi * kKi * kKi}, Unit{"TiB", kKi * kKi * kKi * kKi}};

void skip_spaces(std::string_view& text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

// Takes one non-negative decimal number off the front; false if there is none.
bool take_number(std::string_view& text, double& value) {
    if (text.empty() || !((text.front() >= '0' && text.front() <= '9') || text.front() == '.')) return false;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

template <class Units>
const Unit* take_unit(std::string_view& text, const Units& units) {
    std::size_t length = 0;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) >= 0x80 ||
                                    std::isalpha(static_cast<unsigned char>(text[length]))))
        ++length;
    for (const Unit& unit : units) {
        if (unit.name == text.substr(0, length)) {
            text.remove_prefix(length);
            return &unit;
        }
    }
    return nullptr;
}

Error bad_duration(std::string_view text) {
    return {std::make_error_code(std::errc::invalid_argument),
            "'" + std::string(text) + "' is not a duration; write a number with a unit: 250ms, 1.5s, 2m, 1h30m, 7d"};
}

Error bad_size(std::string_view text) {
    return {std::make_error_code(std::errc::invalid_argument),
            "'" + std::string(text) + "' is not a size; write a number of bytes or one with a unit: 512, 64KiB, 1.5MB"};
}

std::string trimmed(double value, const char* unit) {
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    std::string text = buffer;
    if (text.find('.') != std::string::npos) {
        while (text.back() == '0') text.pop_back();
        if (text.back() == '.') text.pop_back();
    }
    return text + unit;
}

std::tm utc(TimePoint time, int& millis) {
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(time);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(ms);
    millis = static_cast<int>((ms - seconds).count());
    const std::time_t t = seconds.time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&t, &parts);
    return parts;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    std::string_view rest = text;
    skip_spaces(rest);
    if (rest == "0") return Duration::zero();
    if (rest.empty()) return bad_duration(text);
    double total = 0;
    while (!rest.empty()) {
        double value = 0;
        if (!take_number(rest, value)) return bad_duration(text);
        skip_spaces(rest);
        const Unit* unit = take_unit(rest, kDurationUnits);
        if (!unit) return bad_duration(text);
        total += value * unit->factor;
        skip_spaces(rest);
    }
    // 1000 years: far past every documented limit, far below what the representation holds.
    if (total > 3.2e16) return bad_duration(text);
    return Duration{static_cast<std::int64_t>(std::llround(total))};
}

Result<std::uint64_t> parse_size(std::string_view text) {
    std::string_view rest = text;
    skip_spaces(rest);
    double value = 0;
    if (!take_number(rest, value)) return bad_size(text);
    skip_spaces(rest);
    if (!rest.empty()) {
        const Unit* unit = take_unit(rest, kSizeUnits);
        skip_spaces(rest);
        if (!unit || !rest.empty()) return bad_size(text);
        value *= unit->factor;
    }
    if (value > 9e15) return bad_size(text);
    return static_cast<std::uint64_t>(std::llround(value));
}

std::string format_duration(Duration duration) {
    const auto us = duration.count();
    if (us < 0) return "-" + format_duration(-duration);
    if (us < 1000) return std::to_string(us) + "us";
    if (us < 1'000'000) return trimmed(static_cast<double>(us) / 1e3, "ms");
    if (us < 60'000'000) return trimmed(static_cast<double>(us) / 1e6, "s");
    const auto seconds = us / 1'000'000;
    const auto part = [](long long value, const char* unit) {
        return value ? std::to_string(value) + unit : std::string();
    };
    if (seconds < 3600) return part(seconds / 60, "m") + part(seconds % 60, "s");
    if (seconds < 86400) return part(seconds / 3600, "h") + part(seconds % 3600 / 60, "m");
    return part(seconds / 86400, "d") + part(seconds % 86400 / 3600, "h");
}

std::string format_size(std::uint64_t bytes) {
    if (bytes < 1024) return std::to_string(bytes) + " B";
    double value = static_cast<double>(bytes);
    const char* unit = " B";
    for (const char* next : {" KiB", " MiB", " GiB", " TiB"}) {
        if (value < 1024) break;
        value /= 1024;
        unit = next;
    }
    return trimmed(value, unit);
}

std::string format_rfc3339(TimePoint time) {
    int millis = 0;
    const std::tm t = utc(time, millis);
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900, t.tm_mon + 1,
                  t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, millis);
    return buffer;
}

std::string format_http_date(TimePoint time) {
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    // By hand, since each answer of an object has one.
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    std::string text = "Sun, 00 Jan 0000 00:00:00 GMT";
    text.replace(0, 3, days[std::chrono::weekday(day).c_encoding()]);
    text.replace(8, 3, months[static_cast<unsigned>(date.month()) - 1]);
    const auto put = [&text](std::size_t at, int number) {
        text[at] = static_cast<char>('0' + number / 10 % 10);
        text[at + 1] = static_cast<char>('0' + number % 10);
    };
    put(5, static_cast<int>(static_cast<unsigned>(date.day())));
    put(12, static_cast<int>(date.year()) / 100);
    put(14, static_cast<int>(date.year()) % 100);
    put(17, static_cast<int>(clock.hours().count()));
    put(20, static_cast<int>(clock.minutes().count()));
    put(23, static_cast<int>(clock.seconds().count()));
    return text;
}

}  // namespace faasd::base
