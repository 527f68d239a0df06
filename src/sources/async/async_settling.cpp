// The second half of a delivery: what became of the event is written down, and told to whom it concerns.
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/json.hpp"
#include "base/random.hpp"
#include "model/trace.hpp"
#include "sources/async/async_delivery_parts.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kDestinationRetry = 1min;

}  // namespace

void AsyncDelivery::prepare_record(Delivery& delivery) const {
    if (delivery.destination) return;
    const bool success = delivery.verdict == AsyncVerdict::done;
    const auto& destination = success ? target_.on_success : target_.on_failure;
    if (!destination || delivery.verdict == AsyncVerdict::retry) return;
    const AsyncMessage& message = delivery.message;
    InvocationRecord record{message.request_id,
                            target_.function,
                            std::string(kSuccess),
                            message.progress.failures + 1,
                            message.payload,
                            true,
                            false,
                            delivery.response};
    if (!success) {
        const AsyncMessage::Failure failure = message.failed.value_or(AsyncMessage::Failure{});
        record.condition = failure.condition;
        record.invoke_count = message.progress.failures;
        record.failed = true;
        record.ran = failure.ran;
        record.response = base::to_text(nlohmann::json{{"errorType", failure.type}, {"errorMessage", failure.message}});
    }
    DestinationMessage& report = delivery.report;
    report.record = to_json(record, dependencies_.clock.now(), dependencies_.identity);
    report.cause = {model::CauseKind::async, target_.function,
                    record.ran ? model::extended(message.cause.trace, target_.function) : message.cause.trace,
                    message.request_id};
    report.key = record_key("async", target_.function, message.progress.submitted_at, message.request_id);
    report.id = base::random_uuid();
    delivery.destination = &*destination;
}

void AsyncDelivery::settle(const DeliveryPtr& delivery) {
    const auto self = shared_from_this();
    prepare_record(*delivery);
    if (delivery->verdict == AsyncVerdict::done && !delivery->destination) {
        dependencies_.queues.remove_messages(
            queue_, {delivery->receipt_handle}, [self, delivery](auto result) {
                self->settled(delivery, result ? result->at(0) : base::Result<>(result.error()));
            });
        return;
    }
    const auto write = [self, delivery] {
        self->dependencies_.transactions.write(
            [self, delivery](model::Transaction& transaction) {
                return self->settle_in(transaction, *delivery);
            },
            [self, delivery](const base::Result<>& result) { self->settled(delivery, result); });
    };
    const model::Destination* destination = delivery->destination;
    if (!destination || destination->kind != model::ResourceKind::bucket || delivery->stored) return write();
    store_object(dependencies_, destination->name, delivery->report,
                 [self, delivery, write](const base::Result<>& result) {
                     delivery->stored = result.has_value();
                     if (!result) {
                         spdlog::error(
                             "function {}: its destination {} does not take the record of call {}: {}",
                             self->target_.function, describe(*delivery->destination),
                             delivery->message.request_id, result.error().message);
                     }
                     write();
                 });
}

bool AsyncDelivery::hand_over(model::Transaction& transaction, Delivery& delivery) {
    bool wanted = false, taken = false;
    const auto refused = [&](const std::string& who, const base::Error& error) {
        spdlog::error("function {}: {} does not take what became of call {}: {}", target_.function, who,
                      delivery.message.request_id, error.message);
        if (refused_for_good(error)) taken = true;
    };
    if (delivery.destination) {
        wanted = true;
        if (delivery.destination->kind == model::ResourceKind::bucket) {
            taken = delivery.stored;
        } else {
            const auto sent = send_in(transaction, dependencies_, *delivery.destination, delivery.report);
            if (sent) {
                taken = true;
            } else {
                refused("its destination " + describe(*delivery.destination), sent.error());
            }
        }
    }
    if (delivery.verdict == AsyncVerdict::give_up && !target_.dead_letter_queue.empty()) {
        wanted = true;
        const auto sent =
            dependencies_.queues.send_in(transaction, target_.dead_letter_queue,
                                         delivery.message.to_dead_letter(target_.dead_letter_queue));
        if (sent) {
            taken = true;
        } else {
            refused("its dead_letter_queue " + target_.dead_letter_queue, sent.error());
        }
    }
    return taken || !wanted;
}

base::Result<> AsyncDelivery::settle_in(model::Transaction& transaction, Delivery& delivery) {
    auto& queues = dependencies_.queues;
    if (auto removed = queues.remove_message_in(transaction, queue_, delivery.receipt_handle); !removed) {
        return removed.error();
    }
    base::Duration delay = delivery.delay;
    if (delivery.verdict != AsyncVerdict::retry) {
        const bool handed_over = hand_over(transaction, delivery);
        if (handed_over || delivery.verdict == AsyncVerdict::done) return {};
        spdlog::error("function {}: call {} is kept, and handed over in a minute", target_.function,
                      delivery.message.request_id);
        delay = kDestinationRetry;
    }
    model::SendRequest request = delivery.message.to_request();
    request.delay = delay;
    const auto sent = queues.send_in(transaction, queue_, std::move(request));
    if (!sent) return sent.error();
    return {};
}

void AsyncDelivery::settled(const DeliveryPtr& delivery, const base::Result<>& result) {
    // Its queue was removed meanwhile, and made anew perhaps: there is nothing to record it in.
    const bool gone = !result && (result.error().code == model::QueueErrc::no_such_queue ||
                                  result.error().code == model::QueueErrc::invalid_receipt_handle);
    std::unique_lock lock(mutex_);
    if (!result && !gone && !stopping_) {
        lock.unlock();
        spdlog::error(
            "function {}, asynchronous call {}: cannot record its result: {}; trying again in a second",
            target_.function, delivery->message.request_id, result.error().message);
        dependencies_.timers.at(dependencies_.clock.now() + kStoreRetry,
                                [self = shared_from_this(), delivery] { self->settle(delivery); });
        return;
    }
    --in_flight_;
    bytes_in_flight_ -= delivery->bytes;
    lock.unlock();
    delivery->pass = {};  // whoever still holds the delivery has nothing to do with it any more
    receive_more();
}

}  // namespace faasd::sources
