// What all sources have in common, and what they are built from.
#pragma once

#include <chrono>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "model/blobs.hpp"
#include "model/blocking_executor.hpp"
#include "model/invocation.hpp"
#include "model/queues.hpp"
#include "model/tables.hpp"
#include "model/transaction.hpp"
#include "sources/async/retry_policy.hpp"
#include "sources/events/aws_identity.hpp"

namespace faasd::sources {

// All of them outlive the sources, and are thread-safe.
struct Dependencies {
    model::Queues& queues;
    model::Blobs& blobs;
    model::Tables& tables;
    model::Invoker& invoker;
    model::Transactions& transactions;
    model::StateStore& state;
    model::BlockingExecutor& blocking;
    const base::Clock& clock;
    base::Timers& timers;
    AwsIdentity identity = {};
    RetryDelays delays = {};
};

// Turns happenings into invocations from start() to stop(). A source is not reconfigured: it is stopped, and
// another takes its place. start() and stop() are called once each, in this order, by one thread; the rest is
// thread-safe.
class Source {
  public:
    virtual ~Source() = default;
    // May read the store, so it blocks briefly.
    virtual void start() = 0;
    // Starts no call after it returns. Does not block.
    virtual void stop() = 0;
    // After stop(): blocks until the calls that run have ended and what follows from them is durable, at most
    // until `until` (of base::monotonic_now()). Whether they have. What has not ended is delivered again
    // later.
    virtual bool wait(std::chrono::nanoseconds until) = 0;
};

}  // namespace faasd::sources
