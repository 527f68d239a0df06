#include "services/queue/taking.hpp"

#include <algorithm>
#include <unordered_set>

#include "services/queue/attempts.hpp"
#include "services/queue/groups.hpp"
#include "services/queue/limits.hpp"
#include "services/queue/messages.hpp"

namespace faasd::queue {
namespace {

// Dead letters and expired messages that one receive moves away at most.
constexpr std::size_t most_moved = 1000;

class Taker {
  public:
    Taker(Work& work, const Definition& queue, const model::ReceiveRequest& request)
        : work_(work),
          queue_(queue),
          request_(request),
          until_(work.now() + request.visibility_timeout.value_or(queue.attributes.visibility_timeout)) {}

    Taken run() {
        room_ = std::min<std::int64_t>(request_.max_messages, in_flight_room());
        if (room_ == 0) {
            taken_.is_over_limit = true;
            return std::move(taken_);
        }
        if (queue_.attributes.fifo) {
            if (repeat_attempt(work_, queue_, request_.attempt_id, until_, taken_.messages)) return std::move(taken_);
            from_groups();
            remember_attempt(work_, queue_, request_.attempt_id, until_, received_);
        } else {
            from_all();
        }
        work_.core().in_flight_bound[queue_.id] += static_cast<std::int64_t>(taken_.messages.size());
        return std::move(taken_);
    }

  private:
    // Counts only when the bound, to which every receive adds, says that the limit may be near.
    std::int64_t in_flight_room() {
        auto& bounds = work_.core().in_flight_bound;
        auto bound = bounds.find(queue_.id);
        if (bound == bounds.end() || bound->second + request_.max_messages > max_in_flight) {
            bound =
                bounds
                    .insert_or_assign(queue_.id, count_in_flight(work_.connection(), queue_.id, work_.now()))
                    .first;
        }
        return std::max<std::int64_t>(0, max_in_flight - bound->second);
    }

    [[nodiscard]] std::size_t left() const {
        return static_cast<std::size_t>(room_) - taken_.messages.size();
    }
    // With a timeout of zero what was taken is visible again and would be taken once more.
    [[nodiscard]] bool may_look_again() const { return until_ > work_.now() && !taken_.has_more; }

    void from_all() {
        while (left() > 0) {
            const std::size_t asked = left();
            auto rows = visible_messages(work_, queue_.id, asked);
            for (FullRow& row : rows)
                offer(row);
            if (rows.size() < asked || !may_look_again()) return;
        }
    }

    void from_groups() {
        std::unordered_set<std::int64_t> seen;
        while (left() > 0) {
            const std::size_t asked = left();
            const auto groups = available_groups(work_.connection(), queue_.id, work_.now(), asked);
            bool has_new = false;
            for (const std::int64_t group : groups) {
                if (left() == 0 || taken_.has_more) break;
                if (!seen.insert(group).second) continue;
                has_new = true;
                from_group(group);
                refresh_group(work_.connection(), group, work_.now());
            }
            if (groups.size() < asked || !has_new || !may_look_again()) return;
        }
    }

    void from_group(std::int64_t group) {
        while (left() > 0) {
            const std::size_t asked = left();
            const std::size_t had = taken_.messages.size();
            auto rows = messages_of_group(work_, group, asked);
            for (FullRow& row : rows) {
                if (row.visible_at > work_.now()) return;  // its delay is not over: nothing passes it
                offer(row);
            }
            // Only where all were moved away can there be more of the group behind them.
            if (rows.size() < asked || taken_.messages.size() != had || taken_.has_more) return;
        }
    }

    void offer(FullRow& row) {
        if (row.sent_at + queue_.attributes.retention <= work_.now()) {
            remove_message(work_, row);
            count_moved();
            return;
        }
        const auto& redrive = queue_.attributes.redrive;
        if (redrive && row.receive_count - row.received_elsewhere >= redrive->max_receive_count) {
            // While the dead-letter queue is missing, its messages stay where they can be had.
            const auto to = work_.find(redrive->dead_letter_queue);
            if (to && to->attributes.fifo == queue_.attributes.fifo) {
                move_message(work_, row, queue_, *to);
                work_.wake(to->name);
                work_.watch_expiry(to, to->attributes.fifo ? work_.now() : row.sent_at);
                count_moved();
                return;
            }
        }
        lease_message(work_, row, until_, request_.internal);
        auto& message = row.message;
        message.receive_count += 1;
        if (row.receive_count == 0) message.first_received_at = work_.now();
        message.receipt_handle =
            work_.core().receipts.issue({queue_.id, row.id, row.receive_count + 1, work_.now()});
        taken_.messages.push_back(std::move(message));
        if (!request_.attempt_id.empty())
            received_.push_back({queue_.id, row.id, row.receive_count + 1, work_.now()});
    }

    void count_moved() {
        if (++moved_ >= most_moved) taken_.has_more = true;
    }

    Work& work_;
    const Definition& queue_;
    const model::ReceiveRequest& request_;
    const base::TimePoint until_;
    std::int64_t room_ = 0;
    std::size_t moved_ = 0;
    Taken taken_;
    std::vector<Receipt> received_;  // where the attempt is to be remembered
};

}  // namespace

Taken take(Work& work, const Definition& queue, const model::ReceiveRequest& request) {
    return Taker(work, queue, request).run();
}

}  // namespace faasd::queue
