#include "services/queue/expiry.hpp"

#include <limits>
#include <optional>

#include "services/queue/messages.hpp"

namespace faasd::queue {
namespace {

// What a job removes at most: some ten milliseconds, which is what others wait for it.
constexpr std::size_t rows_a_step = 2000;
constexpr base::Duration expire_again_after = std::chrono::seconds{60};

}  // namespace

void ExpiryTimers::watch(const CorePtr& core, const std::string& queue, std::int64_t id,
                         base::TimePoint when) {
    std::lock_guard lock(core->mutex);
    if (core->stopping) return;
    Armed& armed = armed_[id];
    if (armed.timer != 0) {
        if (armed.when <= when) return;
        core->timers.cancel(armed.timer);
    }
    armed.when = when;
    armed.timer = core->timers.at(when, [weak = std::weak_ptr(core), queue, id] {
        const auto alive = weak.lock();
        if (!alive) return;
        std::lock_guard guard(alive->mutex);
        // From here on another watch counts, also one that comes before the removal has ended.
        alive->expiry.armed_.erase(id);
        if (!alive->stopping) expire_soon(alive, queue, id);
    });
}

void ExpiryTimers::forget(const CorePtr& core, std::int64_t id) {
    std::lock_guard lock(core->mutex);
    const auto found = armed_.find(id);
    if (found == armed_.end()) return;
    if (!core->stopping) core->timers.cancel(found->second.timer);
    armed_.erase(found);
}

void expire_soon(const std::shared_ptr<QueueEngine::Core>& core, const std::string& queue, std::int64_t id) {
    auto next = std::make_shared<std::optional<base::TimePoint>>();
    core->store.write(
        [core, queue, id, next](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            const auto definition = work.find(queue);
            if (!definition || definition->id != id) return {};
            const auto retention = definition->attributes.retention;
            const auto rows =
                oldest_rows(work, id, work.now() - retention, std::numeric_limits<std::int64_t>::max(), rows_a_step);
            for (const Row& row : rows)
                remove_message(work, row);
            // The group of one that was in flight goes on.
            if (definition->attributes.fifo && !rows.empty()) work.wake(definition->name);
            work.finish();
            if (const auto oldest = oldest_sent_at(work.connection(), id)) *next = *oldest + retention;
            return {};
        },
        [core, queue, id, next](base::Result<> result) {
            if (!result) {
                core->expiry.watch(core, queue, id, core->clock.now() + expire_again_after);
            } else if (*next) {
                core->expiry.watch(core, queue, id, **next);
            }
        });
}

void drain(const std::shared_ptr<QueueEngine::Core>& core, std::int64_t queue, std::int64_t last,
           base::Completion<> done) {
    auto is_empty = std::make_shared<bool>(false);
    core->store.write(
        [core, queue, last, is_empty](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            const auto rows = oldest_rows(work, queue, base::TimePoint::max(), last, rows_a_step);
            for (const Row& row : rows)
                remove_message(work, row);
            work.finish();
            *is_empty = rows.size() < rows_a_step;
            return {};
        },
        [core, queue, last, is_empty, done = std::move(done)](base::Result<> result) mutable {
            bool is_stopping = false;
            {
                std::lock_guard lock(core->mutex);
                is_stopping = core->stopping;
            }
            if (result.has_error() || *is_empty) {
                done(std::move(result));
            } else if (is_stopping) {
                done(base::Error(std::make_error_code(std::errc::operation_canceled),
                                 "the daemon stops: not all messages are removed yet"));
            } else {
                drain(core, queue, last, std::move(done));
            }
        });
}

}  // namespace faasd::queue
