// Counts what a source has in progress, so that stopping can wait for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "base/clock.hpp"

namespace faasd::sources {

// Thread-safe.
class Activity {
    struct State {
        std::mutex mutex;
        std::condition_variable idle;
        std::size_t count = 0;  // guarded by mutex
    };

  public:
    // One thing in progress; ends with the pass. Keep it in the completion that ends it: a completion that is
    // dropped uncalled ends it as well.
    class Pass {
      public:
        Pass() = default;
        Pass(Pass&&) noexcept = default;
        Pass& operator=(Pass&& other) noexcept {
            std::swap(state_, other.state_);
            return *this;
        }
        ~Pass() {
            if (!state_) return;
            std::lock_guard lock(state_->mutex);
            if (--state_->count == 0) state_->idle.notify_all();
        }

      private:
        friend class Activity;
        explicit Pass(std::shared_ptr<State> state) : state_(std::move(state)) {}
        std::shared_ptr<State> state_;
    };

    [[nodiscard]] Pass enter() {
        std::lock_guard lock(state_->mutex);
        ++state_->count;
        return Pass(state_);
    }
    // Whether all has ended by `until` (of base::monotonic_now()).
    bool wait_idle(std::chrono::nanoseconds until) {
        std::unique_lock lock(state_->mutex);
        const auto deadline = std::chrono::steady_clock::time_point(
            std::chrono::duration_cast<std::chrono::steady_clock::duration>(until));
        return state_->idle.wait_until(lock, deadline, [this] { return state_->count == 0; });
    }

  private:
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace faasd::sources
