// The second stage of a queue mapping: a batch runs, and what becomes of its messages.
#include <algorithm>
#include <set>

#include <spdlog/spdlog.h>

#include "base/units.hpp"
#include "model/invocation_json.hpp"
#include "model/trace.hpp"
#include "sources/batch/batch_response.hpp"
#include "sources/events/queue_event.hpp"
#include "sources/outcome.hpp"
#include "sources/queue/queue_mapping_parts.hpp"
#include "sources/store_retry.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kLongestHold = 1min;
constexpr base::Duration kDefaultVisibility = 30s;

}  // namespace

void QueueMapping::invoke(const BatchPtr& batch) {
    {
        std::unique_lock lock(mutex_);
        held_.erase(batch);
        if (stopping_) {
            --running_;
            lock.unlock();
            release(std::move(batch->entries));
            batch->pass = {};
            return;
        }
    }
    const auto& function = configuration_.consumer.function;
    const auto runs = [&](const Entry& entry) {
        return model::calls_in_chain(entry.message.trace, function);
    };
    const Entry& least = *std::min_element(batch->entries.begin(), batch->entries.end(),
                                           [&](const Entry& a, const Entry& b) { return runs(a) < runs(b); });
    model::Invocation invocation;
    invocation.function = function;
    invocation.cause = {model::CauseKind::queue, configuration_.queue, least.message.trace, {}};
    invocation.event = model::Payload{
        join_records(batch->entries, [](const Entry& e) -> const std::string& { return e.record; })};
    invocation.attempt = batch->entries.front().message.receive_count;
    invocation.admission = model::Admission::wait;
    dependencies_.invoker.invoke(std::move(invocation),
                                 [self = shared_from_this(), batch](model::Outcome outcome) {
                                     self->ended(batch, std::move(outcome));
                                 });
}

void QueueMapping::ended(const BatchPtr& batch, model::Outcome outcome) {
    if (could_not_start(outcome.status)) return hold(batch, outcome);
    batch->failed = failed_entries(*batch, std::move(outcome));
    finish(batch);
}

void QueueMapping::hold(const BatchPtr& batch, const model::Outcome& outcome) {
    const base::Duration delay =
        doubled(dependencies_.delays.when_unavailable, batch->held_times, kLongestHold);
    if (batch->held_times++ == 0) {
        spdlog::warn("queue {} -> function {}: {}; {} messages wait for it", configuration_.queue,
                     configuration_.consumer.function, describe(outcome), batch->entries.size());
    }
    std::unique_lock lock(mutex_);
    if (stopping_) {
        --running_;
        lock.unlock();
        release(std::move(batch->entries));
        batch->pass = {};
        return;
    }
    held_[batch] = dependencies_.timers.at(dependencies_.clock.now() + delay,
                                           [self = shared_from_this(), batch] { self->invoke(batch); });
}

std::vector<bool> QueueMapping::failed_entries(const Batch& batch, model::Outcome outcome) const {
    const std::size_t size = batch.entries.size();
    const auto& consumer = configuration_.consumer;
    if (outcome.status != model::OutcomeStatus::success) {
        spdlog::warn("queue {} -> function {}: a batch of {} failed: {}", configuration_.queue,
                     consumer.function, size, describe(outcome));
        return std::vector<bool>(size, true);
    }
    std::vector<bool> failed(size, false);
    if (!consumer.report_batch_item_failures) return failed;
    std::vector<std::string> ids;
    for (const Entry& entry : batch.entries)
        ids.push_back(entry.message.id);
    const BatchResponse response = parse_batch_response(model::payload_of(std::move(outcome)), ids);
    if (response.all_failed) {
        spdlog::warn("queue {} -> function {}: a batch of {} counts as failed: {}", configuration_.queue,
                     consumer.function, size, response.mistake);
        return std::vector<bool>(size, true);
    }
    for (const std::size_t position : response.failed)
        failed[position] = true;
    if (!response.failed.empty()) {
        spdlog::warn("queue {} -> function {}: {} of {} messages failed", configuration_.queue,
                     consumer.function, response.failed.size(), size);
    }
    if (configuration_.fifo) {
        std::set<std::string_view> groups;
        for (std::size_t i = 0; i < size; ++i) {
            const std::string_view group = batch.entries[i].message.group_id;
            if (failed[i]) groups.insert(group);
            if (groups.contains(group)) failed[i] = true;
        }
    }
    return failed;
}

void QueueMapping::finish(const BatchPtr& batch) {
    remove_succeeded(batch);
}

void QueueMapping::remove_succeeded(const BatchPtr& batch) {
    std::vector<std::string> handles;
    for (std::size_t i = 0; i < batch->entries.size(); ++i) {
        if (!batch->failed[i]) handles.push_back(batch->entries[i].message.receipt_handle);
    }
    if (handles.empty()) return return_failed(batch);
    const auto self = shared_from_this();
    dependencies_.queues.remove_messages(
        configuration_.queue, std::move(handles), [self, batch](const auto& result) {
            // A single refusal is of a message that is gone: purged, or its queue was.
            if (result || !self->try_again(result.error(), "delete messages that were handled",
                                           [self, batch] { self->remove_succeeded(batch); }))
                self->return_failed(batch);
        });
}

void QueueMapping::return_failed(const BatchPtr& batch) {
    if (std::none_of(batch->failed.begin(), batch->failed.end(), [](bool failed) { return failed; })) {
        return retire(batch);
    }
    dependencies_.blocking.post([self = shared_from_this(), batch] {
        auto& queues = self->dependencies_.queues;
        const auto info = queues.info(self->configuration_.queue);
        const base::Duration visibility = info ? info->attributes.visibility_timeout : kDefaultVisibility;
        const base::TimePoint now = self->dependencies_.clock.now();
        std::vector<model::Queues::VisibilityChange> changes;
        for (std::size_t i = 0; i < batch->entries.size(); ++i) {
            if (!batch->failed[i]) continue;
            const Entry& entry = batch->entries[i];
            const base::Duration left = entry.received_at + visibility - now;
            changes.push_back({entry.message.receipt_handle, std::max(left, base::Duration::zero())});
        }
        queues.change_visibility(self->configuration_.queue, std::move(changes),
                                 [self, batch](const auto& result) {
                                     if (result || !self->try_again(result.error(), "give failed messages back",
                                                                    [self, batch] { self->return_failed(batch); }))
                                         self->retire(batch);
                                 });
    });
}

bool QueueMapping::try_again(const base::Error& error, std::string_view what, base::UniqueFunction<void()> again) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || error.code == model::QueueErrc::no_such_queue) return false;
    }
    spdlog::error("queue {}: cannot {}: {}; trying again in a second", configuration_.queue, what, error.message);
    dependencies_.timers.at(dependencies_.clock.now() + kStoreRetry, std::move(again));
    return true;
}

void QueueMapping::retire(const BatchPtr& batch) {
    {
        std::lock_guard lock(mutex_);
        --running_;
    }
    batch->pass = {};
    start_pollers();
}

}  // namespace faasd::sources
