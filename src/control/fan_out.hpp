// Many calls at once, gathered: what function.invoke_all does.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "control/operation_table.hpp"
#include "model/invocation.hpp"

namespace faasd::control {

// Keeps at most so many calls running, starts the next as one ends, and hands over all outcomes, in the order of the
// calls, when the last has come. No thread waits meanwhile. Thread-safe; lives until its last outcome.
class FanOut : public std::enable_shared_from_this<FanOut> {
  public:
    using Done = base::UniqueFunction<void(std::vector<model::Outcome>)>;

    FanOut(model::Invoker& invoker, std::vector<model::Invocation> calls, std::size_t at_once, Done done)
        : invoker_(invoker), calls_(std::move(calls)), outcomes_(calls_.size()), at_once_(at_once),
          done_(std::move(done)) {}
    void start() { proceed(); }

  private:
    void proceed();
    void ended(std::size_t index, model::Outcome outcome);

    model::Invoker& invoker_;
    std::mutex mutex_;
    // All guarded by mutex_; an element is used by one thread at a time:
    std::vector<model::Invocation> calls_;
    std::vector<model::Outcome> outcomes_;
    std::size_t next_ = 0, running_ = 0, ended_ = 0;
    bool starting_ = false;  // some thread is in proceed()
    const std::size_t at_once_;
    Done done_;
};

}  // namespace faasd::control
