// faasd serve --fail-rate: an app's functions fail now and then, so that one sees what its retries and its queues are worth.
#pragma once

#include <atomic>
#include <cstdint>

#include "model/invocation.hpp"

namespace faasd::daemon {

// In front of an invoker. That share of the calls ends with the function error InjectedFailure: every other one of them
// before the function runs, and every other one after it ran, when its work is done and its answer is lost. The caller
// cannot tell the two apart, as with a machine that dies.
// Thread-safe. Which calls fail depends on the seed and on how many there were before.
class FailingInvoker final : public model::Invoker {
  public:
    // `rate`: 0 to 1. The invoker outlives it.
    FailingInvoker(model::Invoker& invoker, double rate, std::uint64_t seed);

    void invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) override;
    [[nodiscard]] bool has_function(std::string_view name) const override;

  private:
    enum class Fate { succeed, fail_before, fail_after };
    [[nodiscard]] Fate next_fate();

    model::Invoker& invoker_;
    const double rate_;
    const std::uint64_t seed_;
    std::atomic<std::uint64_t> calls_{0}, failures_{0};
};

}  // namespace faasd::daemon
