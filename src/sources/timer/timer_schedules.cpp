// Schedules as people see them: what they do next, and one run now.
#include "sources/errors.hpp"
#include "sources/timer/timer_entry.hpp"

namespace faasd::sources {

std::vector<model::ScheduleInfo> TimerSource::schedules(std::size_t firings) {
    std::vector<std::pair<EntryPtr, base::TimePoint>> entries;
    {
        std::lock_guard lock(mutex_);
        for (const auto& [name, entry] : all_)
            entries.emplace_back(entry, entry->recorded);
    }
    const base::TimePoint now = dependencies_.clock.now();
    std::vector<model::ScheduleInfo> out;
    for (const auto& [entry, recorded] : entries) {
        const model::ScheduleDefinition& definition = entry->definition;
        model::ScheduleInfo info{definition.name,
                                 definition.function,
                                 definition.expression,
                                 definition.time_zone,
                                 definition.enabled,
                                 definition.missed,
                                 {},
                                 {}};
        if (recorded != entry->first_seen) info.last = recorded;
        if (definition.enabled) {
            // A rate goes on from its last firing.
            base::TimePoint from = std::max(recorded, now);
            if (const auto past = entry->schedule.last_between(recorded, now))
                from = *past;
            else if (recorded <= now)
                from = recorded;
            while (info.next.size() < firings) {
                const auto next = entry->schedule.next_after(from);
                if (!next) break;
                from = *next;
                if (from > now) info.next.push_back(from);
            }
        }
        out.push_back(std::move(info));
    }
    return out;
}

bool TimerSource::has_schedule(std::string_view name) {
    std::lock_guard lock(mutex_);
    return all_.contains(name);
}

void TimerSource::run_schedule(const std::string& name, base::Completion<std::string> done) {
    EntryPtr entry;
    {
        std::lock_guard lock(mutex_);
        const auto found = all_.find(name);
        if (found != all_.end()) entry = found->second;
    }
    if (!entry) return done(base::Error(SourceErrc::invalid_schedule, "there is no schedule '" + name + "'"));
    submit_->submit({entry->definition.function,
                     {model::CauseKind::timer, name, {}, {}},
                     event_of(*entry, dependencies_.clock.now())},
                    std::move(done));
}

}  // namespace faasd::sources
