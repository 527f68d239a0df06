#include "services/queue/engine.hpp"

#include <array>

#include "base/random.hpp"
#include "base/wait.hpp"
#include "services/queue/messages.hpp"
#include "services/queue/moves.hpp"
#include "services/queue/moving.hpp"
#include "services/queue/schema.hpp"

namespace faasd::queue {
namespace {

using CorePtr = std::shared_ptr<QueueEngine::Core>;

// Made once a store, so that handles outlive the process.
std::string load_or_make_receipt_key(storage::Store& store) {
    std::string key;
    base::wait_for<void>([&](base::Completion<> done) {
        store.write(
            [&key](model::Transaction& transaction) -> base::Result<> {
                auto& connection = storage::connection_of(transaction);
                {
                    auto row = connection.prepare("SELECT value FROM queue_meta WHERE key = 'receipt key'");
                    if (row.step()) key = row.blob(0);
                }
                if (key.size() == ReceiptKey::size) return {};
                std::array<unsigned char, ReceiptKey::size> bytes{};
                base::random_bytes(bytes);
                key.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                connection.prepare("INSERT OR REPLACE INTO queue_meta(key, value) VALUES('receipt key', ?)")
                    .bind_blob(1, key)
                    .run();
                return {};
            },
            std::move(done));
    }).value();
    return key;
}

void release_internal_leases(Work& work) {
    std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>> leased;
    {
        auto row = work.connection().prepare(
            "SELECT id, message_group FROM messages INDEXED BY messages_leased_internally WHERE internal = "
            "1");
        while (row.step()) {
            leased.emplace_back(row.integer(0),
                                row.is_null(1) ? std::nullopt : std::optional(row.integer(1)));
        }
    }
    for (const auto& [id, group] : leased) {
        work.connection()
            .prepare("UPDATE messages SET internal = 0, visible_at = min(visible_at, ?) WHERE id = ?")
            .bind(1, base::to_micros(work.now()))
            .bind(2, id)
            .run();
        if (group) work.touch_group(*group);
    }
}

// Goes on with what an earlier run had begun, and watches what it had stored.
void resume(const CorePtr& core) {
    auto removed = std::make_shared<std::vector<std::int64_t>>();
    auto moving = std::make_shared<std::vector<std::string>>();
    auto expiring = std::make_shared<std::vector<std::pair<DefinitionPtr, base::TimePoint>>>();
    base::wait_for<void>([&](base::Completion<> done) {
        core->store.write(
            [core, removed, expiring, moving](model::Transaction& transaction) -> base::Result<> {
                Work work(core, transaction);
                release_internal_leases(work);
                work.finish();
                {
                    auto row = work.connection().prepare("SELECT id FROM queues WHERE name IS NULL");
                    while (row.step())
                        removed->push_back(row.integer(0));
                }
                *moving = running_moves(work.connection());
                for (auto& definition : load_filled_definitions(work.connection())) {
                    const auto oldest = oldest_sent_at(work.connection(), definition->id);
                    if (oldest)
                        expiring->emplace_back(definition, *oldest + definition->attributes.retention);
                }
                return {};
            },
            [core, removed, expiring, moving, done = std::move(done)](base::Result<> result) mutable {
                if (result) {
                    for (const auto id : *removed)
                        finish_removal(core, id);
                    for (const auto& id : *moving)
                        go_on_moving(core, id);
                    for (const auto& [queue, when] : *expiring)
                        core->expiry.watch(core, queue->name, queue->id, when);
                }
                done(std::move(result));
            });
    }).value();
}

}  // namespace

QueueEngine::QueueEngine(storage::Store& store, const base::Clock& clock, base::Timers& timers) {
    store.migrate(schema);
    core_ = std::make_shared<Core>(store, clock, timers, load_or_make_receipt_key(store));
    resume(core_);
}

QueueEngine::~QueueEngine() {
    std::vector<std::string> queues;
    {
        std::lock_guard lock(core_->mutex);
        core_->stopping = true;
        queues = core_->receivers.end_all();
    }
    for (const auto& queue : queues)
        serve_soon(core_, queue);
}

}  // namespace faasd::queue
