// A schedule as the timer source keeps it. Private to it.
#pragma once

#include "sources/timer/timer_source.hpp"

namespace faasd::sources {

// Times are guarded by the source's mutex; the rest is constant.
struct TimerSource::Entry {
    model::ScheduleDefinition definition;
    Schedule schedule;
    bool stopped = false;
    base::TimerId timer = 0;
    base::TimePoint first_seen{};  // with this expression
    base::TimePoint recorded{};    // the latest firing that is in the store, or first_seen

    [[nodiscard]] bool same_as(const model::ScheduleDefinition& other) const {
        return definition.expression == other.expression && definition.time_zone == other.time_zone &&
               definition.function == other.function && definition.input == other.input &&
               definition.missed == other.missed && definition.enabled == other.enabled;
    }
};

}  // namespace faasd::sources
