#include <algorithm>
#include <iterator>
#include <optional>

#include "base/units.hpp"
#include "services/queue/engine.hpp"
#include "services/queue/groups.hpp"
#include "services/queue/limits.hpp"
#include "services/queue/messages.hpp"
#include "services/queue/taking.hpp"

namespace faasd::queue {
namespace {

using CorePtr = std::shared_ptr<QueueEngine::Core>;
using model::QueueErrc;

// A line whose job was refused is looked at again after this long.
constexpr base::Duration look_again_after = std::chrono::seconds{1};

base::Result<> check(const model::ReceiveRequest& request) {
    if (request.max_messages < 1 || request.max_messages > max_batch) {
        return base::Error(QueueErrc::invalid_parameter,
                           "a receive of " + std::to_string(request.max_messages) +
                               " messages: allowed are 1 to " + std::to_string(max_batch));
    }
    const auto& timeout = request.visibility_timeout;
    if (timeout && (*timeout < base::Duration::zero() || *timeout > max_visibility_timeout)) {
        return base::Error(
            QueueErrc::invalid_parameter,
            "the visibility timeout is " + base::format_duration(*timeout) + ", allowed is 0s to 12h");
    }
    if (request.wait && (*request.wait < base::Duration::zero() || *request.wait > max_receive_wait)) {
        return base::Error(
            QueueErrc::invalid_parameter,
            "the wait time is " + base::format_duration(*request.wait) + ", allowed is 0s to 20s");
    }
    return {};
}

// One job that looks for messages for the receivers of one queue.
class Service : public std::enable_shared_from_this<Service> {
  public:
    Service(CorePtr core, std::string queue) : core_(std::move(core)), queue_(std::move(queue)) {}

    void submit() {
        core_->store.write(
            [self = shared_from_this()](model::Transaction& transaction) -> base::Result<> {
                Work work(self->core_, transaction);
                self->run(work);
                work.finish();
                return {};
            },
            [self = shared_from_this()](base::Result<> result) { self->complete(std::move(result)); });
    }

  private:
    void run(Work& work) {
        {
            std::lock_guard lock(core_->mutex);
            arriving_ = core_->receivers.take_arriving(queue_);
        }
        const auto definition = work.find(queue_);
        if (!definition) {
            refuse_all(no_such_queue(queue_));
            return;
        }
        serve_waiting(work, *definition);
        serve_arriving(work, *definition);
        std::lock_guard lock(core_->mutex);
        if (!core_->receivers.has_waiting(queue_)) return;
        wake_at_ = definition->attributes.fifo
                       ? next_available_group(work.connection(), definition->id, work.now())
                       : next_visible_message(work.connection(), definition->id, work.now());
    }

    void serve_waiting(Work& work, const Definition& definition) {
        while (!is_dry_) {
            ReceiverPtr receiver;
            {
                std::lock_guard lock(core_->mutex);
                receiver = core_->receivers.take_first_waiting(queue_);
            }
            if (!receiver) return;
            held_ = receiver;
            const bool is_served = take_for(work, definition, receiver);
            held_.reset();
            if (is_served) continue;
            std::lock_guard lock(core_->mutex);
            if (receiver->is_over) {
                arriving_.push_back(std::move(receiver));
            } else {
                core_->receivers.put_back_first(std::move(receiver));
            }
        }
    }

    void serve_arriving(Work& work, const Definition& definition) {
        for (const ReceiverPtr& receiver : arriving_) {
            bool is_cancelled = false;
            {
                std::lock_guard lock(core_->mutex);
                is_cancelled = receiver->is_cancelled;
            }
            if (!is_cancelled && !is_dry_ && take_for(work, definition, receiver)) continue;
            const auto wait = receiver->request.wait.value_or(definition.attributes.receive_wait);
            const auto deadline = receiver->arrived_at + wait;
            std::lock_guard lock(core_->mutex);
            if (!receiver->is_over && !core_->stopping && deadline > work.now()) {
                core_->receivers.wait(receiver);
                if (receiver->timer == 0) set_timer(*receiver, deadline);
            } else if (is_over_limit_ && !definition.attributes.fifo && wait == base::Duration::zero()) {
                claim(receiver,
                      base::Error(QueueErrc::over_limit,
                                  "queue " + queue_ + " has " + std::to_string(max_in_flight) +
                                      " messages in flight, as many as may be: delete those that are done"));
            } else {
                claim(receiver, std::vector<model::Message>());
            }
        }
    }

    bool take_for(Work& work, const Definition& definition, const ReceiverPtr& receiver) {
        Taken taken = take(work, definition, receiver->request);
        if (taken.has_more) work.wake(queue_);
        if (taken.messages.empty()) {
            is_dry_ = true;
            is_over_limit_ = taken.is_over_limit;
            return false;
        }
        std::lock_guard lock(core_->mutex);
        claim(receiver, std::move(taken.messages));
        return true;
    }

    // Under the core's mutex.
    void claim(const ReceiverPtr& receiver, base::Result<std::vector<model::Message>> result) {
        core_->receivers.remove(*receiver);
        claimed_.push_back({receiver, std::move(result)});
    }

    // Under the core's mutex.
    void set_timer(Receiver& receiver, base::TimePoint deadline) {
        receiver.timer = core_->timers.at(deadline, [weak = std::weak_ptr(core_), id = receiver.id] {
            const auto core = weak.lock();
            if (!core) return;
            std::lock_guard lock(core->mutex);
            if (core->stopping) return;
            const auto ended = core->receivers.end_wait(id, false);
            if (ended && core->receivers.wants_service(ended->queue)) {
                std::make_shared<Service>(core, ended->queue)->submit();
            }
        });
    }

    void refuse_all(const base::Error& error) {
        std::lock_guard lock(core_->mutex);
        for (const ReceiverPtr& receiver : arriving_)
            claim(receiver, error);
        while (const auto receiver = core_->receivers.take_first_waiting(queue_))
            claim(receiver, error);
    }

    void complete(base::Result<> result) {
        {
            std::lock_guard lock(core_->mutex);
            if (result.has_error()) {
                // The job may not even have run, or have ended anywhere.
                if (held_) arriving_.push_back(std::move(held_));
                std::ranges::move(core_->receivers.take_arriving(queue_), std::back_inserter(arriving_));
                for (const ReceiverPtr& receiver : arriving_) {
                    if (core_->receivers.contains(*receiver) && !receiver->is_waiting)
                        claim(receiver, result.error());
                }
                if (core_->receivers.has_waiting(queue_)) wake_at_ = core_->clock.now() + look_again_after;
            }
            if (!core_->stopping) {
                for (const Claimed& claimed : claimed_) {
                    if (claimed.receiver->timer != 0) core_->timers.cancel(claimed.receiver->timer);
                }
                if (wake_at_) set_wake_timer(*wake_at_);
            }
            core_->receivers.tidy(queue_);
        }
        for (Claimed& claimed : claimed_) {
            if (result.has_error()) {
                claimed.receiver->done(result.error());
            } else {
                claimed.receiver->done(std::move(claimed.result));
            }
        }
    }

    // Under the core's mutex.
    void set_wake_timer(base::TimePoint at) {
        auto& wake = core_->receivers.wake_timer(queue_);
        if (wake.id != 0) {
            if (wake.at <= at) return;
            core_->timers.cancel(wake.id);
        }
        wake.at = at;
        wake.id = core_->timers.at(at, [weak = std::weak_ptr(core_), queue = queue_] {
            const auto core = weak.lock();
            if (!core) return;
            std::lock_guard lock(core->mutex);
            if (core->stopping) return;
            core->receivers.wake_timer(queue).id = 0;
            if (core->receivers.wants_service(queue)) {
                std::make_shared<Service>(core, queue)->submit();
            } else {
                core->receivers.tidy(queue);
            }
        });
    }

    struct Claimed {
        ReceiverPtr receiver;
        base::Result<std::vector<model::Message>> result;
    };
    const CorePtr core_;
    const std::string queue_;
    std::vector<ReceiverPtr> arriving_;
    ReceiverPtr held_;  // taken out of those that wait
    std::vector<Claimed> claimed_;
    bool is_dry_ = false;
    bool is_over_limit_ = false;
    std::optional<base::TimePoint> wake_at_;
};

}  // namespace

void serve_soon(const CorePtr& core, const std::string& queue) {
    std::lock_guard lock(core->mutex);
    if (core->receivers.wants_service(queue)) std::make_shared<Service>(core, queue)->submit();
}

QueueEngine::ReceiveId QueueEngine::receive(std::string queue, model::ReceiveRequest request,
                                            base::Completion<std::vector<model::Message>> done) {
    if (auto result = check(request); !result) {
        done(result.error());
        return 0;
    }
    auto receiver = std::make_shared<Receiver>();
    receiver->queue = queue;
    receiver->request = request;
    receiver->done = std::move(done);
    receiver->arrived_at = core_->clock.now();
    ReceiveId id = 0;
    {
        std::lock_guard lock(core_->mutex);
        id = core_->receivers.add(std::move(receiver));
    }
    serve_soon(core_, queue);
    return id;
}

void QueueEngine::cancel_receive(ReceiveId id) {
    ReceiverPtr ended;
    {
        std::lock_guard lock(core_->mutex);
        ended = core_->receivers.end_wait(id, true);
    }
    if (ended) serve_soon(core_, ended->queue);
}

}  // namespace faasd::queue
