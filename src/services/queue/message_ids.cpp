#include "services/queue/message_ids.hpp"

#include <algorithm>

#include "storage/store.hpp"

namespace faasd::queue {
namespace {

constexpr std::int64_t block = 100'000;

}  // namespace

std::int64_t MessageIds::next(model::Transaction& transaction) {
    auto& connection = storage::connection_of(transaction);
    if (next_ == 0) {
        auto row = connection.prepare(
            "SELECT max(coalesce((SELECT value FROM queue_meta WHERE key = 'next message'), 1),"
            " coalesce((SELECT max(id) + 1 FROM messages), 1))");
        row.step();
        next_ = row.integer(0);
        reserved_->limit = next_;
    }
    const std::int64_t id = next_++;
    // Repeated by each message until one reservation is committed: the first may be undone.
    if (id >= reserved_->limit) {
        const std::int64_t limit = id + block;
        connection.prepare("INSERT OR REPLACE INTO queue_meta(key, value) VALUES('next message', ?)")
            .bind(1, limit)
            .run();
        transaction.after_commit(
            [reserved = reserved_, limit] { reserved->limit = std::max(reserved->limit, limit); });
    }
    return id;
}

}  // namespace faasd::queue
