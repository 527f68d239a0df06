#include "sources/async/async_delivery.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "base/random.hpp"
#include "base/units.hpp"
#include "model/invocation_json.hpp"
#include "sources/async/async_delivery_parts.hpp"
#include "sources/outcome.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

// Received and not settled, at most: beyond it, events wait in the queue instead of in memory.
constexpr std::uint32_t kMaxInFlight = 2048;
constexpr std::uint64_t kMaxBytesInFlight = 32 * 1024 * 1024;
constexpr std::uint64_t kMinReceive = 16, kMaxReceive = 256;  // as many as are likely to fit in between
constexpr base::Duration kLongPoll = 20s;
// The receiver dies with the daemon and so does its claim: no visibility timeout is to end it earlier.
constexpr base::Duration kClaim = 12h;

unsigned error_code_of(model::OutcomeStatus status) {
    switch (status) {
        case model::OutcomeStatus::throttled:
            return 429;
        case model::OutcomeStatus::no_such_function:
            return 404;
        case model::OutcomeStatus::unavailable:
        case model::OutcomeStatus::shutting_down:
            return 503;
        case model::OutcomeStatus::recursive_loop:
            return 400;
        default:
            return 200;  // it ran, and failed
    }
}

}  // namespace

AsyncTarget AsyncTarget::of(const model::FunctionDefinition& function) {
    return {function.name,
            function.concurrency,
            {function.max_retries, function.retry_delay, function.max_event_age},
            function.dead_letter_queue,
            function.on_success,
            function.on_failure};
}

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
    if (stopping_ || receiving_ || in_flight_ >= limit || bytes_in_flight_ >= kMaxBytesInFlight) return;
    receiving_ = true;
    const std::uint64_t fitting = std::clamp(kMaxBytesInFlight / average_bytes_, kMinReceive, kMaxReceive);
    const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(limit - in_flight_, fitting));
    const model::ReceiveRequest request{most, kClaim, kLongPoll, true};
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
    for (const model::Message& message : *result) {
        bytes_in_flight_ += message.body.size();
        average_bytes_ = std::max<std::uint64_t>((average_bytes_ * 7 + message.body.size()) / 8, 1);
    }
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
        delivery->bytes = message.body.size();
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
        return give_up(delivery,
                       {503,
                        std::string(kEventAgeExceeded),
                        {},
                        "the event is older than " + base::format_duration(target_.limits.max_event_age),
                        false});
    }
    model::Invocation invocation;
    invocation.request_id = message.request_id;
    invocation.function = target_.function;
    invocation.cause = message.cause;
    invocation.event = model::Payload{message.payload};
    invocation.attempt = message.progress.failures + delivery->receive_count;
    invocation.admission = model::Admission::wait;
    dependencies_.invoker.invoke(std::move(invocation),
                                 [self = shared_from_this(), delivery](model::Outcome outcome) {
                                     self->ended(delivery, std::move(outcome));
                                 });
}

void AsyncDelivery::ended(const DeliveryPtr& delivery, model::Outcome outcome) {
    const double chance = static_cast<double>(base::random_u64() >> 11) * 0x1p-53;
    const AsyncDecision decision = decide(delivery->message.progress, outcome.status, target_.limits,
                                          dependencies_.delays, dependencies_.clock.now(), chance);
    delivery->message.progress = decision.progress;
    delivery->verdict = decision.verdict;
    delivery->delay = decision.delay;
    if (decision.verdict == AsyncVerdict::give_up) {
        const bool loop = outcome.status == model::OutcomeStatus::recursive_loop;
        const std::string_view condition = loop               ? kRecursiveLoop
                                           : decision.too_old ? kEventAgeExceeded
                                                              : kRetriesExhausted;
        AsyncMessage::Failure failure{error_code_of(outcome.status), std::string(condition),
                                      outcome.error.type, outcome.error.message,
                                      !loop && !could_not_start(outcome.status)};
        if (failure.message.empty()) failure.message = model::to_string(outcome.status);
        return give_up(delivery, std::move(failure));
    }
    if (decision.verdict == AsyncVerdict::retry) {
        spdlog::warn("function {}, asynchronous call {}: {}; again in {}", target_.function,
                     delivery->message.request_id, describe(outcome), base::format_duration(decision.delay));
    } else if (target_.on_success) {
        delivery->response = model::payload_of(std::move(outcome));
    }
    settle(delivery);
}

void AsyncDelivery::give_up(const DeliveryPtr& delivery, AsyncMessage::Failure failure) {
    delivery->verdict = AsyncVerdict::give_up;
    std::string to;
    if (target_.on_failure) to = describe(*target_.on_failure);
    if (!target_.dead_letter_queue.empty())
        to += (to.empty() ? "queue " : " and queue ") + target_.dead_letter_queue;
    spdlog::error(
        "function {}, asynchronous call {}: given up after {} failed attempts{}{}: {}{}{}{}",
        target_.function, delivery->message.request_id, delivery->message.progress.failures,
        to.empty() ? " and dropped" : ", to ", to, failure.type, failure.type.empty() ? "" : ": ",
        failure.message,
        to.empty() ? "; name an on_failure destination or a dead_letter_queue to keep such events" : "");
    delivery->message.failed = std::move(failure);
    settle(delivery);
}

}  // namespace faasd::sources
