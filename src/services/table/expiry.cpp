#include "services/table/expiry.hpp"

#include <algorithm>
#include <charconv>

namespace faasd::table {

std::optional<std::int64_t> expiry_of(const model::TableDefinition& table, const model::Item& item,
                                      base::TimePoint now) {
    if (table.ttl_attribute.empty()) return {};
    const auto attribute = item.find(table.ttl_attribute);
    if (attribute == item.end()) return {};
    const auto* number = std::get_if<model::Number>(&attribute->second.value);
    if (!number) return {};
    // Of a fraction the whole seconds count; a number too large for 64 bits never comes.
    std::int64_t seconds = 0;
    const char* end = number->text.data() + number->text.size();
    if (std::from_chars(number->text.data(), end, seconds).ec != std::errc{}) return {};
    constexpr std::int64_t five_years = std::int64_t{5} * 365 * 24 * 3600;
    if (seconds < seconds_of(now) - five_years) return {};
    return seconds;
}

base::TimePoint due_time(std::int64_t expires_at) {
    // Milliseconds taken for seconds, say, must not overflow microseconds.
    constexpr std::int64_t latest = std::int64_t{4'000'000'000} * 1000;
    return base::TimePoint{std::chrono::seconds{std::clamp(expires_at, std::int64_t{0}, latest)}};
}

}  // namespace faasd::table
