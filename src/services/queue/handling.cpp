// Deleting messages and changing their visibility: what a receiver does with a receipt handle.
#include "base/units.hpp"
#include "services/queue/engine.hpp"
#include "services/queue/limits.hpp"
#include "services/queue/messages.hpp"

namespace faasd::queue {
namespace {

using model::QueueErrc;

base::Result<Receipt> read_receipt(Work& work, const Definition& queue, std::string_view handle) {
    const auto receipt = work.core().receipts.read(handle);
    if (!receipt) {
        return base::Error(QueueErrc::invalid_receipt_handle,
                           "the receipt handle is not valid: use the one that the message was received with");
    }
    if (receipt->queue != queue.id) {
        return base::Error(QueueErrc::invalid_receipt_handle,
                           "the receipt handle is not one of queue " + queue.name);
    }
    return *receipt;
}

base::Result<> remove_one(Work& work, const Definition& queue, std::string_view handle) {
    const auto receipt = read_receipt(work, queue, handle);
    if (!receipt) return receipt.error();
    if (!queue.attributes.fifo && remove_plain_message(work, queue.id, receipt->message)) return {};
    const auto row = find_message(work, queue.id, receipt->message);
    if (!row) return {};
    // On a FIFO queue another receiver may be at the message again, and in order; on a standard queue
    // deleting it is what the first receiver wants all the same.
    if (queue.attributes.fifo && (row->receive_count != receipt->receive || row->visible_at <= work.now())) {
        return base::Error(
            QueueErrc::receipt_handle_expired,
            "the receipt handle has expired: the message's visibility timeout ended before it was "
            "deleted from queue " +
                queue.name);
    }
    remove_message(work, *row);
    if (queue.attributes.fifo) work.wake(queue.name);  // the next of the group may be delivered
    return {};
}

base::Result<> change_one(Work& work, const Definition& queue, const QueueEngine::VisibilityChange& change) {
    const auto receipt = read_receipt(work, queue, change.receipt_handle);
    if (!receipt) return receipt.error();
    if (change.timeout < base::Duration::zero() || change.timeout > max_visibility_timeout) {
        return base::Error(
            QueueErrc::invalid_parameter,
            "the visibility timeout is " + base::format_duration(change.timeout) + ", allowed is 0s to 12h");
    }
    const auto row = find_message(work, queue.id, receipt->message);
    if (!row) {
        return base::Error(QueueErrc::no_such_message,
                           "the message of queue " + queue.name + " does not exist any more: it was deleted");
    }
    if (row->visible_at <= work.now() || row->receive_count != receipt->receive) {
        return base::Error(QueueErrc::message_not_in_flight,
                           "the message of queue " + queue.name +
                               " is not in flight under this receipt handle: its visibility timeout ended");
    }
    const auto until = work.now() + change.timeout;
    if (until > receipt->received_at + max_visibility_timeout) {
        return base::Error(
            QueueErrc::invalid_parameter,
            "the message would be invisible for longer than the 12h allowed since it was received");
    }
    set_visible_at(work, *row, until);
    work.wake(queue.name);
    return {};
}

template <class Entry>
struct HandleBatch {
    std::string queue;
    std::vector<Entry> entries;
    QueueEngine::Results results;
};

// `one` for each entry, in one job.
template <class Entry, class One>
void for_each(const std::shared_ptr<QueueEngine::Core>& core, std::string queue, std::vector<Entry> entries,
              One one, base::Completion<QueueEngine::Results> done) {
    if (entries.empty()) {
        done(base::Error(QueueErrc::empty_batch, "the batch for queue " + queue + " has no entry"));
        return;
    }
    if (entries.size() > max_batch) {
        done(base::Error(QueueErrc::too_many_entries,
                         "the batch for queue " + queue + " has " + std::to_string(entries.size()) +
                             " entries, allowed are " + std::to_string(max_batch)));
        return;
    }
    auto batch = std::make_shared<HandleBatch<Entry>>();
    batch->queue = std::move(queue);
    batch->entries = std::move(entries);
    core->store.write(
        [core, batch, one](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            const auto definition = work.find(batch->queue);
            if (!definition) return no_such_queue(batch->queue);
            storage::write_transaction(transaction).will_succeed();
            batch->results.reserve(batch->entries.size());
            for (const Entry& entry : batch->entries)
                batch->results.push_back(one(work, *definition, entry));
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

}  // namespace

void QueueEngine::remove_messages(std::string queue, std::vector<std::string> receipt_handles,
                                  base::Completion<Results> done) {
    for_each(core_, std::move(queue), std::move(receipt_handles), remove_one, std::move(done));
}

base::Result<> QueueEngine::remove_message_in(model::Transaction& transaction, std::string_view queue,
                                              std::string_view receipt_handle) {
    Work work(core_, transaction);
    const auto definition = work.find(queue);
    if (!definition) return no_such_queue(queue);
    if (auto result = remove_one(work, *definition, receipt_handle); !result) return result;
    work.finish();
    return {};
}

void QueueEngine::change_visibility(std::string queue, std::vector<VisibilityChange> changes,
                                    base::Completion<Results> done) {
    for_each(core_, std::move(queue), std::move(changes), change_one, std::move(done));
}

}  // namespace faasd::queue
