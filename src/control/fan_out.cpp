#include "control/fan_out.hpp"

#include <utility>

namespace faasd::control {

// Calls that end at once end within invoke(): a loop in one thread instead of a call within a call, so that ten
// thousand refusals need no deep stack.
void FanOut::proceed() {
    std::unique_lock lock(mutex_);
    if (std::exchange(starting_, true)) return;
    while (next_ < calls_.size() && running_ < at_once_) {
        const std::size_t index = next_++;
        ++running_;
        model::Invocation call = std::move(calls_[index]);
        lock.unlock();
        invoker_.invoke(std::move(call), [self = shared_from_this(), index](model::Outcome outcome) {
            self->ended(index, std::move(outcome));
        });
        lock.lock();
    }
    starting_ = false;
    if (ended_ < calls_.size() || !done_) return;
    auto done = std::exchange(done_, nullptr);
    auto outcomes = std::move(outcomes_);
    lock.unlock();
    done(std::move(outcomes));
}

void FanOut::ended(std::size_t index, model::Outcome outcome) {
    {
        std::lock_guard lock(mutex_);
        outcomes_[index] = std::move(outcome);
        --running_;
        ++ended_;
        // Whoever starts calls looks again before it leaves.
        if (starting_) return;
    }
    proceed();
}

}  // namespace faasd::control
