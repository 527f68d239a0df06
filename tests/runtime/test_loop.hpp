// An I/O loop without I/O: tasks posted to it run one at a time, on whoever runs it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>

#include "base/unique_function.hpp"
#include "model/io_loop.hpp"

namespace faasd::runtime::testing {

class TestLoop final : public model::IoLoop {
  public:
    bool run_one() override {
        base::UniqueFunction<void()> task;
        {
            std::unique_lock lock(mutex_);
            posted_.wait(lock, [this] { return stopped_ || !tasks_.empty(); });
            if (stopped_) return false;
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        task();
        return true;
    }
    void stop() override {
        std::lock_guard lock(mutex_);
        stopped_ = true;
        posted_.notify_all();
    }
    void post(base::UniqueFunction<void()> task) {
        std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
        posted_.notify_one();
    }

  private:
    std::mutex mutex_;
    std::condition_variable posted_;
    std::deque<base::UniqueFunction<void()>> tasks_;  // guarded by mutex_
    bool stopped_ = false;                            // guarded by mutex_
};

}  // namespace faasd::runtime::testing
