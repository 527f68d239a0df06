// An executor whose jobs wait until a test runs them.
#pragma once

#include <deque>
#include <utility>

#include "model/blocking_executor.hpp"

namespace faasd::model {

struct QueuedExecutor final : BlockingExecutor {
    void post(base::UniqueFunction<void()> job) override { jobs.push_back(std::move(job)); }
    // Also those that they post.
    void run() {
        while (!jobs.empty()) {
            auto job = std::move(jobs.front());
            jobs.pop_front();
            job();
        }
    }
    std::deque<base::UniqueFunction<void()>> jobs;
};

}  // namespace faasd::model
