#include "sources/queue/queue_mapping.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "sources/events/queue_event.hpp"
#include "sources/queue/queue_mapping_parts.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kLongPoll = 20s;
constexpr base::Duration kClaim = 12h;  // the receiver dies with the daemon, and so does its claim
constexpr base::Duration kReceiveRetry = 1s;

}  // namespace

QueueMapping::Poller::Poller(model::Queues& queues, BatchLimits limits, Activity::Pass activity)
    : poll(queues), window(limits, kRecordsHead.size() + kRecordsTail.size(), 1), pass(std::move(activity)) {}

QueueMapping::QueueMapping(const Dependencies& dependencies, Configuration configuration)
    : dependencies_(dependencies),
      configuration_(std::move(configuration)),
      filter_(configuration_.consumer.filters) {}

void QueueMapping::start() {
    start_pollers();
}

void QueueMapping::stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    const auto pollers = pollers_;
    const auto held = held_;
    std::vector<std::pair<PollerPtr, base::TimerId>> asleep;
    for (const auto& [address, poller] : pollers_) {
        if (poller->pause != 0) asleep.emplace_back(poller, poller->pause);
    }
    std::vector<Entry> left(std::make_move_iterator(left_over_.begin()),
                            std::make_move_iterator(left_over_.end()));
    left_over_.clear();
    lock.unlock();
    for (const auto& [address, poller] : pollers)
        poller->poll.cancel();
    release(std::move(left));
    // Whoever sleeps is woken now: it sees that the source stops, and gives its messages back.
    for (const auto& [poller, timer] : asleep) {
        if (dependencies_.timers.cancel(timer)) poll(poller);
    }
    for (const auto& [batch, timer] : held) {
        if (dependencies_.timers.cancel(timer)) invoke(batch);
    }
}

void QueueMapping::start_pollers() {
    std::vector<PollerPtr> fresh;
    {
        std::lock_guard lock(mutex_);
        const auto& consumer = configuration_.consumer;
        while (!stopping_ && pollers_.size() < wanted_pollers_ &&
               pollers_.size() + running_ < most_batches()) {
            auto poller = std::make_shared<Poller>(
                dependencies_.queues,
                BatchLimits{std::max(consumer.batch_size, 1U), consumer.batching_window}, activity_.enter());
            while (!left_over_.empty() && poller->window.room() > 0) {
                Entry entry = std::move(left_over_.front());
                left_over_.pop_front();
                if (!poller->window.add(entry.record.size(), entry.received_at)) {
                    left_over_.push_front(std::move(entry));
                    break;
                }
                poller->entries.push_back(std::move(entry));
            }
            pollers_.emplace(poller.get(), poller);
            fresh.push_back(std::move(poller));
        }
    }
    for (const PollerPtr& poller : fresh)
        poll(poller);
}

void QueueMapping::poll(const PollerPtr& poller) {
    const base::TimePoint now = dependencies_.clock.now();
    std::unique_lock lock(mutex_);
    poller->pause = 0;
    if (stopping_) {
        std::vector<Entry> entries = std::move(poller->entries);
        pollers_.erase(poller.get());
        lock.unlock();
        return release(std::move(entries));
    }
    if (poller->window.due(now)) {
        lock.unlock();
        return dispatch(poller);
    }
    // A receive is asked for as many messages as are likely to fit, so that memory follows the payload's
    // limit.
    const auto fitting =
        static_cast<std::uint32_t>(std::max<std::uint64_t>(kMaxBatchBytes / average_bytes_, 10));
    model::ReceiveRequest request;
    request.max_messages = std::min(poller->window.room(), fitting);
    request.visibility_timeout = kClaim;
    const auto deadline = poller->window.deadline();
    request.wait = deadline ? std::min(*deadline - now, kLongPoll) : kLongPoll;
    request.internal = true;
    lock.unlock();
    poller->poll.start(configuration_.queue, request,
                       [self = shared_from_this(), poller, asked = request.max_messages](auto result) {
                           self->received(poller, asked, std::move(result));
                       });
}

void QueueMapping::received(const PollerPtr& poller, std::uint32_t asked,
                            base::Result<std::vector<model::Message>> result) {
    if (!result) return pause(poller, result.error().message);
    const bool backlog = result->size() == asked;
    std::vector<Entry> entries = screen(std::move(*result));
    const base::TimePoint now = dependencies_.clock.now();
    std::unique_lock lock(mutex_);
    failing_ = false;
    adapt(backlog);
    for (Entry& entry : entries)
        take(*poller, std::move(entry));
    const bool surplus = pollers_.size() > wanted_pollers_ && poller->entries.empty();
    if (surplus) pollers_.erase(poller.get());
    const bool due = poller->window.due(now);
    lock.unlock();
    if (due) return dispatch(poller);
    if (!surplus) poll(poller);
}

std::size_t QueueMapping::most_batches() const {
    const std::size_t limit =
        std::min(configuration_.consumer.max_concurrency, configuration_.function_concurrency);
    return std::max<std::size_t>(limit, 1);
}

void QueueMapping::adapt(bool backlog) {
    if (configuration_.consumer.batching_window != base::Duration::zero()) return;
    wanted_pollers_ = backlog ? std::min(wanted_pollers_ * 2, most_batches())
                              : std::max<std::size_t>(wanted_pollers_ / 2, 1);
}

void QueueMapping::take(Poller& poller, Entry entry) {
    average_bytes_ = std::max<std::uint64_t>((average_bytes_ * 7 + entry.record.size()) / 8, 1);
    // What follows a message that did not fit waits behind it: the order within a group is kept.
    if (left_over_.empty() && poller.window.add(entry.record.size(), entry.received_at)) {
        poller.entries.push_back(std::move(entry));
    } else {
        left_over_.push_back(std::move(entry));
    }
}

void QueueMapping::pause(const PollerPtr& poller, const std::string& why) {
    std::unique_lock lock(mutex_);
    if (!stopping_) {
        if (!failing_) {
            spdlog::error("queue {} -> function {}: cannot receive: {}; trying again every second",
                          configuration_.queue, configuration_.consumer.function, why);
        }
        failing_ = true;
        poller->pause = dependencies_.timers.at(dependencies_.clock.now() + kReceiveRetry,
                                                [self = shared_from_this(), poller] { self->poll(poller); });
        return;
    }
    lock.unlock();
    poll(poller);
}

void QueueMapping::dispatch(const PollerPtr& poller) {
    auto batch = std::make_shared<Batch>();
    batch->pass = activity_.enter();
    {
        std::lock_guard lock(mutex_);
        batch->entries = std::move(poller->entries);
        pollers_.erase(poller.get());
        ++running_;
    }
    start_pollers();
    invoke(batch);
}

void QueueMapping::release(std::vector<Entry> entries) {
    if (entries.empty()) return;
    std::vector<model::Queues::VisibilityChange> changes;
    for (const Entry& entry : entries)
        changes.push_back({entry.message.receipt_handle, {}});
    dependencies_.queues.change_visibility(configuration_.queue, std::move(changes),
                                           [pass = activity_.enter()](const auto&) {});
}

}  // namespace faasd::sources
