// Schedules: each firing becomes an asynchronous invocation of the schedule's function.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "sources/activity.hpp"
#include "sources/schedule/schedule.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

// A firing's invocation and the record that it fired are one transaction: a kill loses none and doubles none.
// The next firing is armed before the transaction, so advancing a manual clock runs through all of them in
// order.
//
// Missed firings: those that could not happen within 10 seconds of their time, while the daemon was down, the
// machine slept, or the clock jumped ahead. The schedule's `missed` says what becomes of them: `once`, the
// default, makes up for however many by exactly one, at once: the latest of them, and the event carries its
// time; `all` for each of the last 24 hours, in order; `skip` for none. Firings from before the schedule was
// added, enabled or given another expression are not missed ones. A rate counts from the moment at which the
// schedule was first seen and keeps that rhythm over restarts.
//
// The event is the schedule's `input` where it has one, otherwise EventBridge's scheduled event. Idle
// schedules cost a timer each, and nothing else.
class TimerSource final : public model::Schedules, public std::enable_shared_from_this<TimerSource> {
  public:
    // `submit`: where invocations go. Owned by a shared_ptr, which timers and transactions share.
    TimerSource(const Dependencies& dependencies, std::shared_ptr<model::AsyncInvoker> submit)
        : dependencies_(dependencies), submit_(std::move(submit)) {}

    // The mistakes of a schedule, without side effects.
    [[nodiscard]] static base::Result<Schedule> check(const model::ScheduleDefinition& definition);

    // What is scheduled from now on; unchanged schedules go on undisturbed. Refuses all if one has a mistake.
    // Blocks on the store.
    [[nodiscard]] base::Result<> configure(const std::vector<model::ScheduleDefinition>& schedules);
    void stop();
    bool wait(std::chrono::nanoseconds until) { return activity_.wait_idle(until); }

    [[nodiscard]] std::vector<model::ScheduleInfo> schedules(std::size_t firings) override;
    [[nodiscard]] bool has_schedule(std::string_view name) override;
    void run_schedule(const std::string& name, base::Completion<std::string> done) override;

  private:
    struct Entry;
    using EntryPtr = std::shared_ptr<Entry>;

    // The firing to wait for (or to make up for) after the one that was recorded.
    [[nodiscard]] static std::optional<base::TimePoint> due_after(const Entry& entry,
                                                                  base::TimePoint recorded,
                                                                  base::TimePoint now);
    void arm(const EntryPtr& entry, base::TimePoint when);
    void fire(const EntryPtr& entry, base::TimePoint due);
    void record(const EntryPtr& entry, base::TimePoint due);
    void disarm(const EntryPtr& entry);
    void forget(const std::string& name);
    [[nodiscard]] std::string event_of(const Entry& entry, base::TimePoint due) const;

    const Dependencies dependencies_;
    const std::shared_ptr<model::AsyncInvoker> submit_;
    Activity activity_;
    std::mutex mutex_;                                      // guards the maps, and what Entry says
    std::map<std::string, EntryPtr, std::less<>> entries_;  // enabled ones
    std::map<std::string, EntryPtr, std::less<>> all_;      // the others as well
};

}  // namespace faasd::sources
