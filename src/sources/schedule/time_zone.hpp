// Time zones from the system's database: TZif files as RFC 8536 describes them, with their footer's POSIX
// rule for the years after the last recorded change.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace faasd::sources {

// Seconds since 1970: UTC, and 'local' (what a wall clock shows, counted as if it were UTC).
using UtcSeconds = std::int64_t;
using LocalSeconds = std::int64_t;

// The rule "CET-1CEST,M3.5.0,M10.5.0/3" (POSIX.1 section 8.3, with the extensions of RFC 8536 section 3.3.1).
class PosixRule {
  public:
    [[nodiscard]] static std::optional<PosixRule> parse(std::string_view text);
    [[nodiscard]] std::int32_t offset_at(UtcSeconds time) const;
    // The first change after `time`; none where there is no daylight saving.
    [[nodiscard]] std::optional<UtcSeconds> next_change(UtcSeconds time) const;

  private:
    struct Date {
        enum class Kind { month_week_day, julian, zero_based } kind = Kind::month_week_day;
        int month = 1, week = 1, day = 0;
        std::int32_t time = 2 * 3600;  // of the day, in local time
        [[nodiscard]] LocalSeconds in(int year) const;
    };
    [[nodiscard]] static bool parse_date(std::string_view& text, Date& date);

    std::int32_t standard_ = 0;
    std::int32_t daylight_ = 0;
    bool has_daylight_ = false;
    Date starts_, ends_;
};

// Immutable, so thread-safe.
class TimeZone {
  public:
    // UTC, without a look at the file system.
    [[nodiscard]] static std::shared_ptr<const TimeZone> utc();
    // By its IANA name; one read of a file. `folder`: the compiled database.
    [[nodiscard]] static base::Result<std::shared_ptr<const TimeZone>> load(
        std::string_view name, const std::filesystem::path& folder = "/usr/share/zoneinfo");
    // Of the content of a TZif file, version 1 or later; none where it is malformed.
    [[nodiscard]] static std::shared_ptr<const TimeZone> parse(std::string_view tzif);

    [[nodiscard]] std::int32_t offset_at(UtcSeconds time) const;  // seconds east of Greenwich
    // When the offset may change next after `time`.
    [[nodiscard]] std::optional<UtcSeconds> next_change(UtcSeconds time) const;

    // A local time exists once, not at all (the clocks skipped it) or twice (they were put back).
    struct Resolved {
        enum class Kind { once, skipped, repeated } kind = Kind::once;
        UtcSeconds first = 0;   // skipped: the end of the shift
        UtcSeconds second = 0;  // repeated: the later one; otherwise like first
    };
    [[nodiscard]] Resolved resolve(LocalSeconds local) const;

  private:
    struct Change {
        UtcSeconds at;
        std::int32_t offset;
    };
    std::int32_t initial_offset_ = 0;
    std::vector<Change> changes_;  // in order
    std::optional<PosixRule> rule_;
};

}  // namespace faasd::sources
