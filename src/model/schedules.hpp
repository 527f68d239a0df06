// The app's schedules, for people: what they do next, and one started now.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace faasd::model {

// What becomes of firings that could not happen at their time, because the daemon was down or the machine slept.
enum class MissedRuns {
    skip,  // nothing
    once,  // the latest of them, at once
    all,   // each of the last 24 hours, at once and in order
};
[[nodiscard]] std::string_view to_string(MissedRuns missed);

struct ScheduleInfo {
    std::string name, function, expression, time_zone;
    bool enabled = true;
    MissedRuns missed = MissedRuns::once;
    std::optional<base::TimePoint> last;  // the firing recorded last
    std::vector<base::TimePoint> next;    // empty: none any more, or it is not enabled
};

// Thread-safe.
class Schedules {
  public:
    virtual ~Schedules() = default;
    // By name, each with its next `firings`. Takes a while for thousands.
    [[nodiscard]] virtual std::vector<ScheduleInfo> schedules(std::size_t firings) = 0;
    [[nodiscard]] virtual bool has_schedule(std::string_view name) = 0;
    // Submits what a firing now would, also for one that is not enabled; its rhythm stays as it is. The request id,
    // after the commit, on the store's writer thread. An error where there is no such schedule.
    virtual void run_schedule(const std::string& name, base::Completion<std::string> done) = 0;
};

}  // namespace faasd::model
