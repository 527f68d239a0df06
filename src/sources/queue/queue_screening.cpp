// Which of the received messages are delivered, and what becomes of the others.
#include <spdlog/spdlog.h>

#include "model/trace.hpp"
#include "sources/events/queue_event.hpp"
#include "sources/queue/queue_mapping_parts.hpp"

namespace faasd::sources {
namespace {

model::SendRequest copy_of(const model::Message& message) {
    model::SendRequest copy;
    copy.body = message.body;
    copy.attributes = message.attributes;
    copy.group_id = message.group_id;
    copy.deduplication_id = message.deduplication_id;
    copy.trace = message.trace;
    return copy;
}

}  // namespace

std::vector<QueueMapping::Entry> QueueMapping::screen(std::vector<model::Message> messages) {
    const base::TimePoint now = dependencies_.clock.now();
    const std::string& function = configuration_.consumer.function;
    std::vector<Entry> entries;
    entries.reserve(messages.size());
    std::vector<std::string> unwanted;
    std::vector<model::Message> looping;
    for (model::Message& message : messages) {
        std::string record;
        const auto render = [&]() -> const std::string& {
            if (record.empty()) record = queue_record(message, configuration_.queue, dependencies_.identity);
            return record;
        };
        if (!filter_.wants_message(message.body, render)) {
            unwanted.push_back(std::move(message.receipt_handle));
        } else if (!configuration_.allow_recursion && model::is_loop(message.trace, function)) {
            looping.push_back(std::move(message));
        } else {
            render();
            message.body = {};
            message.attributes = {};
            entries.push_back({std::move(message), std::move(record), now});
        }
    }
    if (!unwanted.empty()) discard(std::move(unwanted));
    if (!looping.empty()) stop_loops(std::move(looping));
    return entries;
}

void QueueMapping::discard(std::vector<std::string> receipt_handles) {
    auto handles = receipt_handles;
    dependencies_.queues.remove_messages(
        configuration_.queue, std::move(handles),
        [self = shared_from_this(), receipt_handles = std::move(receipt_handles),
         pass = activity_.enter()](const auto& result) mutable {
            if (result) return;
            self->try_again(result.error(), "delete messages that no filter wants",
                            [self, receipt_handles = std::move(receipt_handles)]() mutable {
                                self->discard(std::move(receipt_handles));
                            });
        });
}

void QueueMapping::stop_loops(std::vector<model::Message> messages) {
    const std::string& target = configuration_.dead_letter_queue;
    for (const model::Message& message : messages) {
        spdlog::error("queue {}: message {} {}: {}", configuration_.queue, message.id,
                      target.empty() ? "is dropped" : "moves to queue " + target,
                      model::describe_loop(message.trace, configuration_.consumer.function));
    }
    const auto shared = std::make_shared<std::vector<model::Message>>(std::move(messages));
    dependencies_.transactions.write(
        [self = shared_from_this(), shared](model::Transaction& transaction) -> base::Result<> {
            auto& queues = self->dependencies_.queues;
            for (const model::Message& message : *shared) {
                const auto removed =
                    queues.remove_message_in(transaction, self->configuration_.queue, message.receipt_handle);
                if (!removed) return removed.error();
                if (self->configuration_.dead_letter_queue.empty()) continue;
                const auto sent =
                    queues.send_in(transaction, self->configuration_.dead_letter_queue, copy_of(message));
                if (!sent) return sent.error();
            }
            return {};
        },
        [self = shared_from_this(), shared, pass = activity_.enter()](const base::Result<>& result) {
            if (result) return;
            self->try_again(result.error(), "take messages out that are in a loop",
                            [self, shared] { self->stop_loops(std::move(*shared)); });
        });
}

}  // namespace faasd::sources
