#include "services/queue/moving.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "services/queue/groups.hpp"
#include "services/queue/messages.hpp"
#include "services/queue/moves.hpp"

namespace faasd::queue {
namespace {

using CorePtr = std::shared_ptr<QueueEngine::Core>;
using model::QueueErrc;
using Status = model::Move::Status;

// What a job moves at most: some ten milliseconds, which is what others wait for it.
constexpr std::size_t most_a_step = 500;
constexpr std::size_t most_bytes_a_step = 4 << 20;
// So often in a second at most does a move with a rate make a step.
constexpr std::uint32_t steps_a_second = 10;
constexpr base::Duration move_again_after = std::chrono::seconds{1};

struct Pace {
    std::size_t step = most_a_step;  // messages
    base::Duration pause{};          // between steps
};
Pace pace_of(const model::MoveRequest& request) {
    if (!request.max_per_second) return {};
    const std::uint32_t rate = std::max<std::uint32_t>(1, *request.max_per_second);
    const std::uint32_t step = (rate + steps_a_second - 1) / steps_a_second;
    return {step, base::Duration{std::chrono::seconds{step}} / rate};
}

// Messages of the queue that can be received and were there when the move began, in the order of receiving.
std::vector<FullRow> next_messages(Work& work, const Definition& source, std::int64_t last,
                                   std::size_t limit) {
    if (!source.attributes.fifo)
        return visible_messages_until(work, source.id, last, limit, most_bytes_a_step);
    std::vector<FullRow> rows;
    std::size_t bytes = 0;
    for (const std::int64_t group :
         available_groups_until(work.connection(), source.id, work.now(), last, limit)) {
        for (FullRow& row : messages_of_group(work, group, limit - rows.size(), most_bytes_a_step - bytes)) {
            if (row.id > last || row.visible_at > work.now()) break;
            bytes += row.content_bytes;
            rows.push_back(std::move(row));
        }
        if (rows.size() >= limit || bytes >= most_bytes_a_step) break;
    }
    return rows;
}

class Step {
  public:
    Step(Work& work, const StoredMove& move) : work_(work), move_(move) {}

    // True where there may be more to move.
    bool run() {
        const auto source = work_.find(move_.request.source);
        if (!source) return end(Status::failed, QueueErrc::no_such_queue);
        const auto rows = next_messages(work_, *source, move_.last, pace_of(move_.request).step);
        std::uint64_t moved = 0;
        std::optional<QueueErrc> failure;
        for (const FullRow& row : rows) {
            const auto to = destination_of(row, *source, failure);
            if (!to) break;
            redrive_message(work_, row, *source, *to);
            work_.wake(to->name);
            work_.watch_expiry(to, work_.now());
            ++moved;
        }
        if (moved > 0) count_moved(work_, move_.id, moved);
        if (failure) return end(Status::failed, failure);
        if (rows.empty()) return end(Status::completed);
        return true;
    }

  private:
    bool end(Status status, std::optional<QueueErrc> failure = std::nullopt) {
        end_move(work_, move_.id, status, failure);
        return false;
    }

    DefinitionPtr destination_of(const FullRow& row, const Definition& source,
                                 std::optional<QueueErrc>& failure) {
        std::string name;
        if (move_.request.destination) {
            name = *move_.request.destination;
        } else {
            const auto& attributes = row.message.system_attributes;
            const auto from = attributes.find("DeadLetterQueueSourceArn");
            // It was sent here: there is nowhere to return it to.
            if (from == attributes.end()) return fail(failure, QueueErrc::not_a_dead_letter_queue);
            name = from->second;
        }
        const auto to = work_.find(name);
        if (!to) return fail(failure, QueueErrc::no_such_destination);
        if (to->attributes.fifo != source.attributes.fifo) return fail(failure, QueueErrc::wrong_queue_type);
        return to;
    }

    static DefinitionPtr fail(std::optional<QueueErrc>& failure, QueueErrc why) {
        failure = why;
        return nullptr;
    }

    Work& work_;
    const StoredMove& move_;
};

void go_on_later(const CorePtr& core, const std::string& id, base::Duration pause) {
    std::lock_guard lock(core->mutex);
    if (core->stopping) return;
    core->timers.at(core->clock.now() + pause, [weak = std::weak_ptr(core), id] {
        if (const auto alive = weak.lock()) go_on_moving(alive, id);
    });
}

base::Result<> check_start(Work& work, const model::MoveRequest& request) {
    const auto source = work.find(request.source);
    if (!source) return no_such_queue(request.source);
    if (sources_of(work.connection(), request.source).empty()) {
        return base::Error(
            QueueErrc::not_a_dead_letter_queue,
            "queue " + request.source + " is no queue's dead-letter queue: there is nothing to move back");
    }
    if (request.destination) {
        const auto to = work.find(*request.destination);
        if (!to) {
            return base::Error(QueueErrc::no_such_destination, "the queue " + *request.destination +
                                                                   " to move the messages to does not exist");
        }
        if (to->id == source->id) {
            return base::Error(QueueErrc::invalid_parameter, "the messages of queue " + request.source +
                                                                 " are to be moved to where they are");
        }
        if (to->attributes.fifo != source->attributes.fifo) {
            return base::Error(
                QueueErrc::wrong_queue_type,
                "messages of a FIFO queue can only be moved to a FIFO queue, and those of a standard "
                "queue to a standard queue");
        }
    }
    if (is_moving(work, request.source)) {
        return base::Error(QueueErrc::move_running,
                           "messages of queue " + request.source +
                               " are being moved already: wait until that has ended, or cancel it");
    }
    return {};
}

}  // namespace

void go_on_moving(const CorePtr& core, const std::string& id) {
    {
        std::lock_guard lock(core->mutex);
        if (core->stopping) return;
    }
    struct Outcome {
        bool has_more = false;
        base::Duration pause{};
    };
    auto outcome = std::make_shared<Outcome>();
    core->store.write(
        [core, id, outcome](model::Transaction& transaction) -> base::Result<> {
            *outcome = {};
            Work work(core, transaction);
            const auto move = find_move(work.connection(), id);
            if (!move || move->status != Status::running) return {};
            *outcome = {Step(work, *move).run(), pace_of(move->request).pause};
            work.finish();
            return {};
        },
        [core, id, outcome](base::Result<> result) {
            if (!result) return go_on_later(core, id, move_again_after);
            if (!outcome->has_more) return;
            if (outcome->pause > base::Duration::zero()) return go_on_later(core, id, outcome->pause);
            go_on_moving(core, id);
        });
}

void QueueEngine::start_move(model::MoveRequest request, base::Completion<std::string> done) {
    StoredMove move;
    move.id = base::random_uuid();
    move.request = std::move(request);
    core_->store.write(
        [core = core_, move](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            if (auto allowed = check_start(work, move.request); !allowed) return allowed;
            StoredMove begun = move;
            begun.started_at = work.now();
            begun.last = core->ids.next(transaction);
            begun.to_move = static_cast<std::uint64_t>(std::max<std::int64_t>(
                0, count_visible(work.connection(), work.find(move.request.source)->id, work.now())));
            add_move(work, begun);
            return {};
        },
        [core = core_, id = move.id, done = std::move(done)](base::Result<> result) mutable {
            if (!result) return done(result.error());
            go_on_moving(core, id);
            done(id);
        });
}

void QueueEngine::cancel_move(std::string id, base::Completion<std::uint64_t> done) {
    auto moved = std::make_shared<std::uint64_t>(0);
    core_->store.write(
        [core = core_, id = std::move(id), moved](model::Transaction& transaction) -> base::Result<> {
            Work work(core, transaction);
            const auto move = find_move(work.connection(), id);
            if (!move || move->status != Status::running) {
                return base::Error(QueueErrc::no_such_move,
                                   "there is no move of messages " + id + " that is under way");
            }
            *moved = move->moved;
            end_move(work, id, Status::cancelled);
            return {};
        },
        [moved, done = std::move(done)](base::Result<> result) mutable {
            if (!result) return done(result.error());
            done(*moved);
        });
}

}  // namespace faasd::queue
