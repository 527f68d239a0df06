// Durations and sizes as people write them: 250ms, 1.5s, 2 minutes, 1h30m; 512, 64KiB, 1.5 MB.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace faasd::base {

// Units: us, ms, s, m, h, d, w and their English words, singular or plural; several parts add up. A bare
// number other than 0 is refused, since nobody can tell what it counts. The error names the allowed forms.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

// Units: B, KB/MB/GB/TB (powers of 1000), KiB/MiB/GiB/TiB and K/M/G/T (powers of 1024); a bare number is bytes.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

// The shortest exact-enough form for a person: "850us", "12.3ms", "1.5s", "2m30s".
[[nodiscard]] std::string format_duration(Duration duration);
[[nodiscard]] std::string format_size(std::uint64_t bytes);

// RFC 3339 in UTC with milliseconds, 2026-11-24T05:27:52.123Z; and the HTTP form of RFC 9110 section 5.6.7.
[[nodiscard]] std::string format_rfc3339(TimePoint time);
[[nodiscard]] std::string format_http_date(TimePoint time);

}  // namespace faasd::base
