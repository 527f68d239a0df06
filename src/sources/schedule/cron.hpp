// Cron expressions, without time zones: which local dates and times of day they name.
//
//   5 fields   minute hour day-of-month month day-of-week           classic cron
//   6 fields   second minute hour day-of-month month day-of-week    seconds first
//   6 fields   minute hour day-of-month month day-of-week year      Amazon EventBridge; told apart from the
//   form
//              above by the '?' that it requires in the third or fifth field
//
// A field is a list of: `*`, a value, a range `a-b`, and any of these with a step `/n`; months and weekdays
// also by their English three-letter names. A range may wrap around (FRI-MON, 22-2). Weekday numbers are
// cron's, 0 or 7 for Sunday; only in the EventBridge form they are 1 (Sunday) to 7. Beyond that, as
// EventBridge and Quartz define them:
// `?` no restriction (the two day fields only); `L` the last day of the month, `L-3` three days before it,
// `LW` its last weekday, `15W` the weekday nearest to the 15th within the month; `5L` or `FRIL` the last
// Friday of the month, `5#2` or `FRI#2` its second.
//
// Where both day fields are restricted, that is start with neither `*` nor `?`, a day matches when either of
// them does; otherwise both must (crontab(5)).
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"

namespace faasd::sources {

// Immutable after parse().
class Cron {
  public:
    // Refuses what is malformed, out of range, or never happens (30 February); the message names the field.
    [[nodiscard]] static base::Result<Cron> parse(std::string_view expression);

    // The first matching day at or after `day` (since 1970); none where no year up to 2400 has one.
    [[nodiscard]] std::optional<std::int64_t> next_day(std::int64_t day) const;
    // The first matching second of a day at or after `second`, [0, 86400).
    [[nodiscard]] std::optional<std::int32_t> next_second(std::int32_t second) const;
    // Whether every hour of the day is named: such an expression means a rhythm, not a time of day.
    [[nodiscard]] bool every_hour() const { return hours_.all(); }

  private:
    friend class CronParser;
    struct DayOfMonth {
        std::bitset<32> days, nearest_weekdays, before_last;  // 5, 5W, L-5
        bool last_weekday = false;                            // LW
        bool restricted = false;
        [[nodiscard]] bool matches(int year, unsigned month, unsigned day) const;
    };
    struct DayOfWeek {
        std::bitset<7> days, last;                 // 5, 5L
        std::array<std::bitset<7>, 5> of_month{};  // [k - 1]: 5#k
        bool restricted = false;
        [[nodiscard]] bool matches(int year, unsigned month, unsigned day) const;
    };
    [[nodiscard]] bool matches_day(int year, unsigned month, unsigned day) const;

    std::bitset<60> seconds_, minutes_;
    std::bitset<24> hours_;
    std::bitset<13> months_;
    DayOfMonth day_of_month_;
    DayOfWeek day_of_week_;
    std::optional<std::bitset<431>> years_;  // from 1970
};

}  // namespace faasd::sources
