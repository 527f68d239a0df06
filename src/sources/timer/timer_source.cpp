#include <algorithm>
#include <charconv>

#include <spdlog/spdlog.h>

#include "sources/errors.hpp"
#include "sources/events/event_bridge.hpp"
#include "sources/store_retry.hpp"
#include "sources/timer/timer_entry.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSpace = "schedules";
constexpr base::Duration kInTime = 10s;     // a firing that is later was missed
constexpr base::Duration kMadeUpFor = 24h;  // of MissedRuns::all

// "<microseconds>\n<expression>\n<zone>": the firing recorded last (or the moment at which the schedule was
// first seen), and what it was a firing of.
std::string to_state(base::TimePoint fired, const model::ScheduleDefinition& definition) {
    return std::to_string(base::to_micros(fired)) + '\n' + definition.expression + '\n' +
           definition.time_zone;
}

std::optional<base::TimePoint> fired_of(std::string_view state, const model::ScheduleDefinition& definition) {
    std::int64_t micros = 0;
    const auto [end, error] = std::from_chars(state.data(), state.data() + state.size(), micros);
    if (error != std::errc{}) return std::nullopt;
    const base::TimePoint fired = base::from_micros(micros);
    if (to_state(fired, definition) != state) return std::nullopt;
    return fired;
}

}  // namespace

base::Result<Schedule> TimerSource::check(const model::ScheduleDefinition& definition) {
    auto schedule = Schedule::parse(definition.expression, definition.time_zone);
    if (schedule) return schedule;
    return base::Error(static_cast<SourceErrc>(schedule.error().code.value()),
                       "schedule '" + definition.name + "': " + schedule.error().message);
}

base::Result<> TimerSource::configure(const std::vector<model::ScheduleDefinition>& schedules) {
    std::map<std::string, EntryPtr, std::less<>> next, all;
    for (const model::ScheduleDefinition& definition : schedules) {
        auto schedule = check(definition);
        if (!schedule) return schedule.error();
        auto entry = std::make_shared<Entry>(Entry{definition, std::move(*schedule), false, 0, {}, {}});
        if (definition.enabled) next[definition.name] = entry;
        all[definition.name] = std::move(entry);
    }
    std::vector<EntryPtr> added;
    std::unique_lock lock(mutex_);
    for (const auto& [name, entry] : entries_) {
        const auto found = next.find(name);
        if (found != next.end() && entry->same_as(found->second->definition)) {
            found->second = all[name] = entry;
        } else {
            disarm(entry);
        }
    }
    for (const auto& [name, entry] : next) {
        if (!entries_.contains(name) || entries_[name] != entry) added.push_back(entry);
    }
    entries_ = next;
    all_ = std::move(all);
    lock.unlock();
    // What a schedule's old form is about to record must not look like a missed firing to its new one.
    activity_.wait_idle(base::monotonic_now() + 10s);
    std::map<std::string, std::string> saved;
    for (auto& [name, state] : dependencies_.state.list(kSpace))
        saved.emplace(std::move(name), std::move(state));

    const base::TimePoint now = dependencies_.clock.now();
    for (const EntryPtr& entry : added) {
        const auto state = saved.find(entry->definition.name);
        const auto fired = state == saved.end() ? std::nullopt : fired_of(state->second, entry->definition);
        {
            std::lock_guard guard(mutex_);
            entry->recorded = fired.value_or(now);
            if (!fired) entry->first_seen = now;
        }
        if (!fired) {
            dependencies_.transactions.write(
                [self = shared_from_this(), entry, now](model::Transaction& transaction) -> base::Result<> {
                    self->dependencies_.state.put_in(transaction, kSpace, entry->definition.name,
                                                     to_state(now, entry->definition));
                    return {};
                },
                [pass = activity_.enter()](const base::Result<>&) {});
        }
        if (const auto due = due_after(*entry, fired.value_or(now), now)) arm(entry, *due);
    }
    for (const auto& [name, state] : saved) {
        if (!next.contains(name)) forget(name);
    }
    return {};
}

void TimerSource::stop() {
    std::lock_guard lock(mutex_);
    for (const auto& [name, entry] : entries_)
        disarm(entry);
    entries_.clear();
    all_.clear();
}

void TimerSource::disarm(const EntryPtr& entry) {
    entry->stopped = true;
    if (entry->timer != 0) dependencies_.timers.cancel(entry->timer);
}

void TimerSource::forget(const std::string& name) {
    dependencies_.transactions.write(
        [self = shared_from_this(), name](model::Transaction& transaction) -> base::Result<> {
            self->dependencies_.state.remove_in(transaction, kSpace, name);
            return {};
        },
        [pass = activity_.enter()](const base::Result<>&) {});
}

void TimerSource::arm(const EntryPtr& entry, base::TimePoint when) {
    std::lock_guard lock(mutex_);
    if (entry->stopped) return;
    entry->timer =
        dependencies_.timers.at(when, [self = shared_from_this(), entry, when] { self->fire(entry, when); });
}

void TimerSource::fire(const EntryPtr& entry, base::TimePoint due) {
    Activity::Pass pass;
    {
        std::lock_guard lock(mutex_);
        if (entry->stopped) return;
        pass = activity_.enter();
    }
    // The clock may be far past, with other firings in between.
    const base::TimePoint now = dependencies_.clock.now();
    const auto missed = entry->definition.missed;
    const auto latest = entry->schedule.last_between(due, now);
    if (latest && missed != model::MissedRuns::all) due = *latest;
    if (const auto next = entry->schedule.next_after(due)) arm(entry, *next);
    if (missed == model::MissedRuns::skip && now - due > kInTime) {
        spdlog::warn("schedule {}: the firing of {} was missed and is skipped", entry->definition.name,
                     format_seconds(due));
        return;
    }
    record(entry, due);
}

std::optional<base::TimePoint> TimerSource::due_after(const Entry& entry, base::TimePoint recorded,
                                                      base::TimePoint now) {
    const Schedule& schedule = entry.schedule;
    const auto missed = schedule.last_between(recorded, now);
    if (!missed) return schedule.next_after(recorded);
    switch (entry.definition.missed) {
        case model::MissedRuns::once:
            return missed;
        case model::MissedRuns::skip:
            return now - *missed > kInTime ? schedule.next_after(*missed) : missed;
        case model::MissedRuns::all:
            break;
    }
    const auto long_past = schedule.last_between(recorded, now - kMadeUpFor);
    return schedule.next_after(long_past.value_or(recorded));
}

void TimerSource::record(const EntryPtr& entry, base::TimePoint due) {
    const model::AsyncInvocation invocation{entry->definition.function,
                                            {model::CauseKind::timer, entry->definition.name, {}, {}},
                                            event_of(*entry, due)};
    dependencies_.transactions.write(
        [self = shared_from_this(), entry, due,
         invocation](model::Transaction& transaction) -> base::Result<> {
            if (auto submitted = self->submit_->submit_in(transaction, invocation); !submitted)
                return submitted.error();
            std::unique_lock lock(self->mutex_);
            const base::TimePoint latest = std::max(due, entry->recorded);
            lock.unlock();
            self->dependencies_.state.put_in(transaction, kSpace, entry->definition.name,
                                             to_state(latest, entry->definition));
            return {};
        },
        [self = shared_from_this(), entry, due, pass = activity_.enter()](const base::Result<>& result) {
            std::lock_guard lock(self->mutex_);
            if (result) {
                entry->recorded = std::max(due, entry->recorded);
            } else if (!entry->stopped) {
                spdlog::error("schedule {}: cannot submit the firing of {}: {}; trying again in a second",
                              entry->definition.name, format_seconds(due), result.error().message);
                self->dependencies_.timers.at(self->dependencies_.clock.now() + kStoreRetry,
                                              [self, entry, due] {
                                                  std::unique_lock again(self->mutex_);
                                                  const bool stopped = entry->stopped;
                                                  again.unlock();
                                                  if (!stopped) self->record(entry, due);
                                              });
            }
        });
}

std::string TimerSource::event_of(const Entry& entry, base::TimePoint due) const {
    if (!entry.definition.input.empty()) return entry.definition.input;
    return scheduled_event(entry.definition.name, due, dependencies_.identity);
}

}  // namespace faasd::sources
