// Where work that blocks goes, so that it keeps off the I/O loop.
#pragma once

#include "base/unique_function.hpp"

namespace faasd::model {

// Thread-safe. A job runs once, on a thread of its own choosing, soon; it may block for as long as it likes.
// Jobs that are still waiting when the executor ends are destroyed without having run.
class BlockingExecutor {
  public:
    virtual ~BlockingExecutor() = default;
    virtual void post(base::UniqueFunction<void()> job) = 0;
};

}  // namespace faasd::model
