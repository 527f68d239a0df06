#include "sources/async/async_delivery.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "base/units.hpp"
#include "sources/outcome.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

// Received and not settled, at most: beyond it, events wait in the queue instead of in memory.
constexpr std::uint32_t kMaxInFlight = 256;
constexpr std::uint32_t kMaxReceive = 64;
constexpr base::Duration kLongPoll = 20s;
// The receiver dies with the daemon and so does its claim: no visibility timeout is to end it earlier.
constexpr base::Duration kClaim = 12h;
constexpr base::Duration kStoreRetry = 1s;

unsigned error_code_of(model::OutcomeStatus status) {
    switch (status) {
        case model::OutcomeStatus::throttled:
            return 429;
        case model::OutcomeStatus::no_such_function:
            return 404;
        case model::OutcomeStatus::unavailable:
        case model::OutcomeStatus::shutting_down:
            return 503;
        default:
            return 200;  // it ran, and failed
    }
}

}  // namespace

AsyncTarget AsyncTarget::of(const model::FunctionDefinition& function) {
    return {function.name,
            function.concurrency,
            {function.max_retries, function.max_event_age},
            function.dead_letter_queue};
}

bool AsyncTarget::operator==(const AsyncTarget& other) const {
    return function == other.function && concurrency == other.concurrency &&
           limits.max_retries == other.limits.max_retries &&
           limits.max_event_age == other.limits.max_event_age && dead_letter_queue == other.dead_letter_queue;
}

struct AsyncDelivery::Delivery {
    AsyncMessage message;
    std::string receipt_handle;
    std::uint32_t receive_count = 1;
    AsyncVerdict verdict = AsyncVerdict::done;
    base::Duration delay{};
    Activity::Pass pass;
};

AsyncDelivery::AsyncDelivery(const Dependencies& dependencies, AsyncTarget target)
    : dependencies_(dependencies),
      target_(std::move(target)),
      queue_(async_queue_name(target_.function)),
      poll_(dependencies_.queues) {}

void AsyncDelivery::start() {
    receive_more();
}

void AsyncDelivery::stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    const auto pause = pause_;
    lock.unlock();
    poll_.cancel();
    if (pause != 0) dependencies_.timers.cancel(pause);
}

void AsyncDelivery::receive_more() {
    std::unique_lock lock(mutex_);
    const std::uint32_t limit = std::clamp(target_.concurrency, 1U, kMaxInFlight);
    if (stopping_ || receiving_ || in_flight_ >= limit) return;
    receiving_ = true;
    const model::ReceiveRequest request{std::min(limit - in_flight_, kMaxReceive), kClaim, kLongPoll, true};
    lock.unlock();
    poll_.start(queue_, request, [self = shared_from_this(), pass = activity_.enter()](auto result) mutable {
        self->received(std::move(result));
    });
}

void AsyncDelivery::received(base::Result<std::vector<model::Message>> result) {
    std::unique_lock lock(mutex_);
    receiving_ = false;
    if (!result) {
        if (stopping_) return;
        if (!failing_) {
            spdlog::error("asynchronous calls of function {}: cannot receive: {}; trying again every second",
                          target_.function, result.error().message);
        }
        failing_ = true;
        pause_ = dependencies_.timers.at(dependencies_.clock.now() + kStoreRetry, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->receive_more();
        });
        return;
    }
    failing_ = false;
    const bool stopping = stopping_;
    in_flight_ += static_cast<std::uint32_t>(result->size());
    lock.unlock();
    if (stopping) {
        std::vector<model::Queues::VisibilityChange> back;
        for (const model::Message& message : *result)
            back.push_back({message.receipt_handle, {}});
        if (!back.empty()) {
            dependencies_.queues.change_visibility(queue_, std::move(back),
                                                   [pass = activity_.enter()](const auto&) mutable {});
        }
        return;
    }
    for (const model::Message& message : *result) {
        auto delivery = std::make_shared<Delivery>();
        delivery->receipt_handle = message.receipt_handle;
        delivery->receive_count = message.receive_count;
        delivery->pass = activity_.enter();
        if (auto parsed = AsyncMessage::from(message)) {
            delivery->message = std::move(*parsed);
            deliver(delivery);
        } else {
            spdlog::error("asynchronous calls of function {}: message {} is not one of faasd's; removed",
                          target_.function, message.id);
            settle(delivery);
        }
    }
    receive_more();
}

void AsyncDelivery::deliver(const DeliveryPtr& delivery) {
    const AsyncMessage& message = delivery->message;
    if (message.failed) return give_up(delivery, *message.failed);
    if (!fresh_enough(message.progress, target_.limits, dependencies_.clock.now())) {
        return give_up(delivery, {503, "the event is older than " +
                                           base::format_duration(target_.limits.max_event_age)});
    }
    model::Invocation invocation;
    invocation.request_id = message.request_id;
    invocation.function = target_.function;
    invocation.cause = message.cause;
    invocation.event = model::Payload{message.payload};
    invocation.attempt = message.progress.failures + delivery->receive_count;
    invocation.admission = model::Admission::wait;
    dependencies_.invoker.invoke(
        std::move(invocation),
        [self = shared_from_this(), delivery](model::Outcome outcome) { self->ended(delivery, outcome); });
}

void AsyncDelivery::ended(const DeliveryPtr& delivery, const model::Outcome& outcome) {
    const AsyncDecision decision = decide(delivery->message.progress, outcome.status, target_.limits,
                                          dependencies_.delays, dependencies_.clock.now());
    delivery->message.progress = decision.progress;
    delivery->verdict = decision.verdict;
    delivery->delay = decision.delay;
    if (decision.verdict == AsyncVerdict::give_up) {
        return give_up(delivery, {error_code_of(outcome.status), describe(outcome)});
    }
    if (decision.verdict == AsyncVerdict::retry) {
        spdlog::warn("function {}, asynchronous call {}: {}; again in {}", target_.function,
                     delivery->message.request_id, describe(outcome), base::format_duration(decision.delay));
    }
    settle(delivery);
}

void AsyncDelivery::give_up(const DeliveryPtr& delivery, AsyncMessage::Failure failure) {
    delivery->verdict = AsyncVerdict::give_up;
    if (target_.dead_letter_queue.empty()) {
        spdlog::error(
            "function {}, asynchronous call {}: given up after {} failed attempts and dropped: {}; name a "
            "dead_letter_queue to keep such events",
            target_.function, delivery->message.request_id, delivery->message.progress.failures,
            failure.message);
    } else {
        spdlog::error("function {}, asynchronous call {}: given up after {} failed attempts, to queue {}: {}",
                      target_.function, delivery->message.request_id, delivery->message.progress.failures,
                      target_.dead_letter_queue, failure.message);
    }
    delivery->message.failed = std::move(failure);
    settle(delivery);
}

void AsyncDelivery::settle(const DeliveryPtr& delivery) {
    const auto self = shared_from_this();
    if (delivery->verdict == AsyncVerdict::done) {
        dependencies_.queues.remove_messages(
            queue_, {delivery->receipt_handle}, [self, delivery](auto result) {
                self->settled(delivery, result ? result->at(0) : base::Result<>(result.error()));
            });
        return;
    }
    dependencies_.transactions.write(
        [self, delivery](model::Transaction& transaction) { return self->settle_in(transaction, *delivery); },
        [self, delivery](const base::Result<>& result) { self->settled(delivery, result); });
}

base::Result<> AsyncDelivery::settle_in(model::Transaction& transaction, Delivery& delivery) {
    auto& queues = dependencies_.queues;
    if (auto removed = queues.remove_message_in(transaction, queue_, delivery.receipt_handle); !removed) {
        return removed.error();
    }
    base::Duration delay = delivery.delay;
    if (delivery.verdict == AsyncVerdict::give_up) {
        if (target_.dead_letter_queue.empty()) return {};
        const auto sent = queues.send_in(transaction, target_.dead_letter_queue,
                                         delivery.message.to_dead_letter(target_.dead_letter_queue));
        if (sent) return {};
        spdlog::error(
            "function {}: its dead_letter_queue {} does not take a failed event: {}; kept, and tried again "
            "in a minute",
            target_.function, target_.dead_letter_queue, sent.error().message);
        delay = 1min;
    }
    model::SendRequest request = delivery.message.to_request();
    request.delay = delay;
    const auto sent = queues.send_in(transaction, queue_, std::move(request));
    if (!sent) return sent.error();
    return {};
}

void AsyncDelivery::settled(const DeliveryPtr& delivery, const base::Result<>& result) {
    std::unique_lock lock(mutex_);
    if (!result && !stopping_) {
        lock.unlock();
        spdlog::error(
            "function {}, asynchronous call {}: cannot record its result: {}; trying again in a second",
            target_.function, delivery->message.request_id, result.error().message);
        dependencies_.timers.at(dependencies_.clock.now() + kStoreRetry,
                                [self = shared_from_this(), delivery] { self->settle(delivery); });
        return;
    }
    --in_flight_;
    lock.unlock();
    delivery->pass = {};  // whoever still holds the delivery has nothing to do with it any more
    receive_more();
}

}  // namespace faasd::sources
