// When a schedule fires: `rate(5 minutes)`, or `cron(...)` or once `at(...)` in a time zone.
//
// Daylight saving. An expression that names hours of the day fires once for each named local time: a time
// that the clocks skip fires at the end of the shift (all skipped times of that day together once), a time
// that they repeat fires at its first occurrence only. An expression that names every hour (`*/10 * * * *`,
// "every ten minutes") is a rhythm: it follows elapsed time, through the repeated hour as well, and does
// nothing for the skipped one.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "sources/schedule/cron.hpp"
#include "sources/schedule/time_zone.hpp"

namespace faasd::sources {

// Immutable, so thread-safe.
class Schedule {
  public:
    // "rate(N unit)" with unit second, minute, hour or day, singular or plural, or any duration
    // ("rate(90s)"); "cron(fields)" or the bare fields, as cron.hpp describes them;
    // "at(2026-12-24T18:00:00)", as EventBridge Scheduler has it (a time that the clocks skip is the end of
    // the shift, one that they repeat its first occurrence). The time zone is an IANA name.
    [[nodiscard]] static base::Result<Schedule> parse(std::string_view expression,
                                                      std::string_view time_zone = "UTC");

    // The first firing after `time`; none where there is no other. A rate counts from `time`, so that firings
    // keep their distance when each is asked for with the one before.
    [[nodiscard]] std::optional<base::TimePoint> next_after(base::TimePoint time) const;
    // The last firing in (from, until], where `from` was a firing (or the start of a rate); none if there is
    // none.
    [[nodiscard]] std::optional<base::TimePoint> last_between(base::TimePoint from,
                                                              base::TimePoint until) const;

  private:
    struct Rate {
        base::Duration period;
    };
    struct Times {
        Cron cron;
        std::shared_ptr<const TimeZone> zone;
        [[nodiscard]] std::optional<UtcSeconds> next_after(UtcSeconds time) const;
    };
    struct Once {
        base::TimePoint time;
    };
    explicit Schedule(Rate rate) : kind_(rate) {}
    explicit Schedule(Once once) : kind_(once) {}
    explicit Schedule(Times times) : kind_(std::move(times)) {}

    std::variant<Rate, Once, Times> kind_;
};

}  // namespace faasd::sources
