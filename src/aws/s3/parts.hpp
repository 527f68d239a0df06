// What S3 works with.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "model/blobs.hpp"
#include "model/blocking_executor.hpp"
#include "model/forgery_guard.hpp"

namespace faasd::aws::s3 {

// Keep what is referred to as long.
struct Parts {
    model::Blobs& blobs;
    const base::Clock& clock;
    std::shared_ptr<model::BlockingExecutor> executor;
    model::ForgeryGuard guard;
    // Whether a queue or a function of this ARN is there to be notified. Thread-safe; may block briefly.
    std::function<bool(std::string_view arn)> has_target;
    // Sends a message to the queue of this ARN. Thread-safe.
    std::function<void(std::string_view arn, std::string body)> send;
};

}  // namespace faasd::aws::s3
