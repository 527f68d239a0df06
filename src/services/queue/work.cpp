#include "services/queue/work.hpp"

#include <algorithm>

#include "services/queue/groups.hpp"

namespace faasd::queue {

void Work::wake(const std::string& queue) {
    if (std::ranges::find(woken_, queue) == woken_.end()) woken_.push_back(queue);
}

void Work::watch_expiry(const DefinitionPtr& queue, base::TimePoint sent_at) {
    const auto when = sent_at + queue->attributes.retention;
    const auto found =
        std::ranges::find_if(watched_, [&](const auto& w) { return w.first->id == queue->id; });
    if (found == watched_.end()) {
        watched_.emplace_back(queue, when);
    } else {
        found->second = std::min(found->second, when);
    }
}

void Work::finish() {
    for (const std::int64_t group : groups_)
        refresh_group(connection_, group, now_);
    for (const auto& [queue, count] : totals_) {
        if (count == 0) continue;
        storage::write_transaction(transaction_)
            .add_at_end("UPDATE queue_totals SET total = total + ?1 WHERE queue = ?2", queue, count);
    }
    for (const auto& queue : woken_) {
        transaction_.after_commit([core = core_, queue] { serve_soon(core, queue); });
    }
    for (const auto& [queue, when] : watched_) {
        transaction_.after_commit([core = core_, queue = queue, when = when] {
            core->expiry.watch(core, queue->name, queue->id, when);
        });
    }
}

}  // namespace faasd::queue
