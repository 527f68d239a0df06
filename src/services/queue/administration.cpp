#include <algorithm>
#include <limits>

#include "services/queue/attributes.hpp"
#include "services/queue/engine.hpp"
#include "services/queue/limits.hpp"
#include "services/queue/messages.hpp"

namespace faasd::queue {
namespace {

using CorePtr = std::shared_ptr<QueueEngine::Core>;
using model::QueueAttributes;
using model::QueueErrc;

enum class IfThere { must_be_equal, change };
enum class IfMissing { add, refuse };

base::Result<> check_dead_letter_queue(Work& work, const std::string& name,
                                       const QueueAttributes& attributes) {
    if (!attributes.redrive) return {};
    const std::string& target = attributes.redrive->dead_letter_queue;
    const auto there = work.find(target);
    if (!there) {
        return base::Error(
            QueueErrc::no_such_dead_letter_queue,
            "queue " + name + ": its dead-letter queue " + target + " does not exist: create that one first");
    }
    using Permission = model::RedriveAllow::Permission;
    const auto& allow = there->attributes.redrive_allow;
    if (!allow || allow->permission == Permission::all) return {};
    if (allow->permission == Permission::listed && std::ranges::find(allow->sources, name) != allow->sources.end())
        return {};
    return base::Error(QueueErrc::redrive_not_allowed,
                       "queue " + name + ": the redrive allow policy of its dead-letter queue " + target +
                           " does not allow this queue: add it there first");
}

// A configuration says nothing of these, so they stay as they were set.
void keep_what_is_not_configured(const QueueAttributes& there, QueueAttributes& attributes) {
    if (!attributes.redrive_allow) attributes.redrive_allow = there.redrive_allow;
    if (attributes.other.empty()) attributes.other = there.other;
    if (attributes.tags.empty()) attributes.tags = there.tags;
}

void add(Work& work, const std::string& name, const QueueAttributes& attributes) {
    work.core().registry.about_to_change();
    auto& connection = work.connection();
    connection.prepare("INSERT INTO queues(name, attributes, created_at, modified_at) VALUES(?, ?, ?3, ?3)")
        .bind(1, std::string_view(name))
        .bind(2, std::string_view(to_json(attributes)))
        .bind(3, base::to_micros(work.now()))
        .run();
    const auto id = connection.last_insert_rowid();
    connection.prepare("INSERT INTO queue_totals(queue, total) VALUES(?, 0)").bind(1, id).run();
    work.wake(name);
}

base::Result<> change(Work& work, const Definition& queue, const QueueAttributes& attributes) {
    if (attributes.fifo != queue.attributes.fifo) {
        return base::Error(QueueErrc::invalid_attribute,
                           "queue " + queue.name + ": whether it is a FIFO queue cannot be changed");
    }
    work.core().registry.about_to_change();
    const std::string json = to_json(attributes);
    work.connection()
        .prepare("UPDATE queues SET attributes = ?, modified_at = ? WHERE id = ?")
        .bind(1, std::string_view(json))
        .bind(2, base::to_micros(work.now()))
        .bind(3, queue.id)
        .run();
    work.wake(queue.name);
    if (attributes.retention != queue.attributes.retention) {
        work.transaction().after_commit(
            [core = work.core_pointer(), name = queue.name, id = queue.id] { expire_soon(core, name, id); });
    }
    return {};
}

void put(const CorePtr& core, std::string name, QueueAttributes given, IfThere if_there,
         IfMissing if_missing, bool dead_letter_queue_must_exist, base::Completion<> done) {
    auto valid = check_name(name, given.fifo);
    if (valid) valid = check_attributes(name, given);
    if (!valid) {
        done(std::move(valid));
        return;
    }
    core->store.write(
        [=, name = std::move(name),
         given = std::move(given)](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            const auto there = work.find(name);
            if (!there && if_missing == IfMissing::refuse) return no_such_queue(name);
            auto attributes = given;
            const bool is_configured = if_there == IfThere::change && if_missing == IfMissing::add;
            if (there && is_configured) keep_what_is_not_configured(there->attributes, attributes);
            if (there && there->attributes == attributes) return {};
            if (there && if_there == IfThere::must_be_equal) {
                return base::Error(QueueErrc::queue_exists_with_other_attributes,
                                   "queue " + name + " exists with other attributes");
            }
            if (dead_letter_queue_must_exist) {
                if (auto result = check_dead_letter_queue(work, name, attributes); !result) return result;
            }
            if (there) {
                if (auto result = change(work, *there, attributes); !result) return result;
            } else {
                add(work, name, attributes);
            }
            work.finish();
            return {};
        },
        std::move(done));
}

}  // namespace

void finish_removal(const CorePtr& core, std::int64_t queue) {
    drain(core, queue, std::numeric_limits<std::int64_t>::max(), [core, queue](base::Result<> drained) {
        if (!drained) return;  // the next start tries again
        core->store.write(
            [core, queue](model::Transaction& transaction) -> base::Result<> {
                auto& connection = storage::connection_of(transaction);
                for (const char* sql : {"DELETE FROM message_groups WHERE queue = ?",
                                        "DELETE FROM message_deduplication WHERE queue = ?",
                                        "DELETE FROM receive_attempts WHERE queue = ?",
                                        "DELETE FROM queue_totals WHERE queue = ?",
                                        "DELETE FROM queues WHERE id = ? AND name IS NULL"}) {
                    connection.prepare(sql).bind(1, queue).run();
                }
                return {};
            },
            {});
    });
}

void QueueEngine::create(std::string name, QueueAttributes attributes, base::Completion<> done) {
    put(core_, std::move(name), std::move(attributes), IfThere::must_be_equal, IfMissing::add, true,
        std::move(done));
}

void QueueEngine::ensure(std::string name, QueueAttributes attributes, base::Completion<> done) {
    // A configuration may name the dead-letter queue further down.
    put(core_, std::move(name), std::move(attributes), IfThere::change, IfMissing::add, false,
        std::move(done));
}

void QueueEngine::set_attributes(std::string name, QueueAttributes attributes, base::Completion<> done) {
    put(core_, std::move(name), std::move(attributes), IfThere::change, IfMissing::refuse, true,
        std::move(done));
}

void QueueEngine::change_attributes(std::string name, Change change_them, base::Completion<> done) {
    core_->store.write(
        [core = core_, name = std::move(name),
         change_them = std::move(change_them)](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            const auto there = work.find(name);
            if (!there) return no_such_queue(name);
            auto attributes = there->attributes;
            if (auto result = change_them(attributes); !result) return result;
            if (attributes == there->attributes) return {};
            if (auto result = check_attributes(name, attributes); !result) return result;
            if (attributes.redrive != there->attributes.redrive) {
                if (auto result = check_dead_letter_queue(work, name, attributes); !result) return result;
            }
            if (auto result = change(work, *there, attributes); !result) return result;
            work.finish();
            return {};
        },
        std::move(done));
}

void QueueEngine::remove(std::string name, base::Completion<> done) {
    auto removed = std::make_shared<std::int64_t>(0);
    core_->store.write(
        [core = core_, name = std::move(name), removed](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            const auto queue = work.find(name);
            if (!queue) return no_such_queue(name);
            core->registry.about_to_change();
            work.connection().prepare("UPDATE queues SET name = NULL WHERE id = ?").bind(1, queue->id).run();
            *removed = queue->id;
            work.wake(name);
            work.finish();
            return {};
        },
        [core = core_, removed, done = std::move(done)](base::Result<> result) mutable {
            if (result) {
                core->expiry.forget(core, *removed);
                core->in_flight_bound.erase(*removed);
                finish_removal(core, *removed);
            }
            done(std::move(result));
        });
}

void QueueEngine::purge(std::string name, base::Completion<> done) {
    struct Purge {
        std::int64_t queue = 0;
        std::int64_t last = 0;
    };
    auto purge = std::make_shared<Purge>();
    core_->store.write(
        [core = core_, name, purge](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            const auto queue = work.find(name);
            if (!queue) return no_such_queue(name);
            if (queue->purged_at + purge_interval > work.now()) {
                return base::Error(
                    QueueErrc::purge_in_progress,
                    "queue " + name + " was purged within the last 60 seconds: wait, then try again");
            }
            core->registry.about_to_change();
            work.connection()
                .prepare("UPDATE queues SET purged_at = ? WHERE id = ?")
                .bind(1, base::to_micros(work.now()))
                .bind(2, queue->id)
                .run();
            auto row = work.connection().prepare("SELECT coalesce(max(id), 0) FROM messages");
            row.step();
            *purge = {queue->id, row.integer(0)};
            return {};
        },
        [core = core_, name, purge, done = std::move(done)](base::Result<> result) mutable {
            if (!result) return done(std::move(result));
            drain(core, purge->queue, purge->last,
                  [core, name, done = std::move(done)](base::Result<> drained) mutable {
                      serve_soon(core, name);  // groups whose messages were in flight go on
                      done(std::move(drained));
                  });
        });
}

}  // namespace faasd::queue
