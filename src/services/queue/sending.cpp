#include "base/digest.hpp"
#include "services/queue/content.hpp"
#include "services/queue/deduplication.hpp"
#include "services/queue/engine.hpp"
#include "services/queue/groups.hpp"
#include "services/queue/limits.hpp"
#include "services/queue/messages.hpp"

namespace faasd::queue {
namespace {

using model::QueueErrc;
using model::SendResult;

base::Result<SendResult> send_one(Work& work, const DefinitionPtr& queue, Prepared& message) {
    if (auto allowed = check_for_queue(*queue, message); !allowed) return allowed.error();
    const auto& attributes = queue->attributes;
    const auto& request = message.request;
    const auto visible_at = work.now() + request.delay.value_or(attributes.delay);
    NewMessage row{0, queue->id, visible_at, work.now(), std::nullopt, message.uuid, message.content};
    if (!attributes.fifo) {
        row.id = work.core().ids.next(work.transaction());
        add_message(work, row);
        return std::move(message.result);
    }

    row.visible_at = work.now() + attributes.delay;
    std::string deduplication_id = request.deduplication_id;
    if (deduplication_id.empty()) {
        deduplication_id = base::sha256_hex(request.body);
        message.content = encode_content(message, deduplication_id);
        row.content = message.content;
    }
    const std::string_view scope = attributes.deduplicate_by_group ? std::string_view(request.group_id) : "";
    if (const auto original = find_original(work, queue->id, scope, deduplication_id)) {
        message.result.message_id = format_uuid(original->uuid);
        message.result.sequence_number = sequence_number(original->message);
        return std::move(message.result);
    }
    row.id = work.core().ids.next(work.transaction());
    row.group = find_or_add_group(work.connection(), queue->id, request.group_id, row.visible_at);
    add_message(work, row);
    remember_original(work, queue->id, scope, deduplication_id, {message.uuid, row.id});
    message.result.sequence_number = sequence_number(row.id);
    return std::move(message.result);
}

struct Batch {
    std::string queue;
    std::vector<base::Result<Prepared>> messages;
    QueueEngine::SendResults results;
};

}  // namespace

void QueueEngine::send(std::string queue, std::vector<model::SendRequest> entries,
                       base::Completion<SendResults> done) {
    if (entries.empty()) {
        done(base::Error(QueueErrc::empty_batch, "a send to queue " + queue + " has no message"));
        return;
    }
    if (entries.size() > max_batch) {
        done(base::Error(QueueErrc::too_many_entries,
                         "a send to queue " + queue + " has " + std::to_string(entries.size()) +
                             " messages, allowed are " + std::to_string(max_batch)));
        return;
    }
    std::size_t bytes = 0;
    for (const auto& entry : entries)
        bytes += size_of(entry);
    if (entries.size() > 1 && bytes > max_batch_bytes) {
        done(base::Error(QueueErrc::batch_too_long,
                         "a send to queue " + queue + " has " + std::to_string(bytes) +
                             " bytes in all, allowed are " + std::to_string(max_batch_bytes),
                         std::make_shared<model::QueueLimitDetail>(max_batch_bytes, bytes)));
        return;
    }
    auto batch = std::make_shared<Batch>();
    batch->queue = std::move(queue);
    batch->messages.reserve(entries.size());
    for (auto& entry : entries)
        batch->messages.push_back(prepare(std::move(entry)));
    core_->store.write(
        [core = core_, batch](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            const auto definition = work.find(batch->queue);
            if (!definition) return no_such_queue(batch->queue);
            storage::write_transaction(transaction).will_succeed();
            batch->results.reserve(batch->messages.size());
            for (auto& message : batch->messages) {
                if (message) {
                    batch->results.push_back(send_one(work, definition, *message));
                } else {
                    batch->results.push_back(message.error());
                }
            }
            work.wake(batch->queue);
            work.watch_expiry(definition, work.now());
            work.finish();
            return {};
        },
        [batch, done = std::move(done)](base::Result<> result) mutable {
            if (result) {
                done(std::move(batch->results));
            } else {
                done(result.error());
            }
        });
}

base::Result<SendResult> QueueEngine::send_in(model::Transaction& transaction, std::string_view queue,
                                              model::SendRequest entry) {
    auto message = prepare(std::move(entry));
    if (!message) return message.error();
    Work work(core_, transaction);
    const auto definition = work.find(queue);
    if (!definition) return no_such_queue(queue);
    auto result = send_one(work, definition, *message);
    if (!result) return result;
    work.wake(definition->name);
    work.watch_expiry(definition, work.now());
    work.finish();
    return result;
}

}  // namespace faasd::queue
