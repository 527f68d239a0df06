// One receive at a time from a queue, which can be ended early whenever it is.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "model/queues.hpp"

namespace faasd::sources {

// Thread-safe, except that a poll must have completed before the next one starts.
class LongPoll {
  public:
    explicit LongPoll(model::Queues& queues) : queues_(queues) {}

    void start(std::string queue, const model::ReceiveRequest& request,
               base::Completion<std::vector<model::Message>> done) {
        std::unique_lock lock(state_->mutex);
        const std::uint64_t poll = ++state_->poll;
        state_->id = 0;
        lock.unlock();
        const auto id = queues_.receive(std::move(queue), request,
                                        [state = state_, poll, done = std::move(done)](auto result) mutable {
                                            {
                                                std::lock_guard guard(state->mutex);
                                                if (state->poll == poll) state->poll += 1, state->id = 0;
                                            }
                                            done(std::move(result));
                                        });
        lock.lock();
        if (state_->poll != poll) return;  // it has completed, another may already be under way
        state_->id = id;
        const bool cancelled = state_->cancelled;
        lock.unlock();
        if (cancelled) queues_.cancel_receive(id);
    }

    // The poll under way, and every later one, completes at once.
    void cancel() {
        std::unique_lock lock(state_->mutex);
        state_->cancelled = true;
        const auto id = state_->id;
        lock.unlock();
        if (id != 0) queues_.cancel_receive(id);
    }

  private:
    struct State {
        std::mutex mutex;
        std::uint64_t poll = 0;  // changes when a poll starts and when it completes
        model::Queues::ReceiveId id = 0;
        bool cancelled = false;
    };
    model::Queues& queues_;
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace faasd::sources
