#include "daemon/fault_injection.hpp"

#include <string>
#include <utility>

#include "base/log.hpp"
#include "base/random.hpp"

namespace faasd::daemon {
namespace {

// The finalizer of MurmurHash3 (public domain, Austin Appleby): each bit of the input changes half of the output's.
std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33);
}

model::FunctionError failure(const char* when) {
    return {"InjectedFailure",
            std::string("this call was made to fail ") + when + " (faasd serve --fail-rate): nothing is wrong with it"};
}

}  // namespace

FailingInvoker::FailingInvoker(model::Invoker& invoker, double rate, std::uint64_t seed)
    : invoker_(invoker), rate_(rate), seed_(seed) {}

FailingInvoker::Fate FailingInvoker::next_fate() {
    const std::uint64_t call = calls_.fetch_add(1, std::memory_order_relaxed) + 1;
    const double drawn = static_cast<double>(mixed(seed_ + call * 0x9e3779b97f4a7c15ULL) >> 11) * 0x1.0p-53;
    if (drawn >= rate_) return Fate::succeed;
    return failures_.fetch_add(1, std::memory_order_relaxed) % 2 == 0 ? Fate::fail_before : Fate::fail_after;
}

void FailingInvoker::invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) {
    const Fate fate = invoker_.has_function(invocation.function) ? next_fate() : Fate::succeed;
    if (fate == Fate::succeed) return invoker_.invoke(std::move(invocation), std::move(done));
    if (fate == Fate::fail_before) {
        spdlog::warn("{}: injected failure before it ran", invocation.function);
        model::Outcome outcome;
        outcome.status = model::OutcomeStatus::function_error;
        outcome.error = failure("before the function ran");
        outcome.request_id = invocation.request_id.empty() ? base::random_uuid() : std::move(invocation.request_id);
        return done(std::move(outcome));
    }
    std::string function = invocation.function;
    invoker_.invoke(std::move(invocation), [function = std::move(function), done = std::move(done)](model::Outcome outcome) mutable {
        if (outcome.status == model::OutcomeStatus::success) {
            spdlog::warn("{}: injected failure after it ran", function);
            outcome.status = model::OutcomeStatus::function_error;
            outcome.response = model::Payload{};
            outcome.error = failure("after the function ran");
        }
        done(std::move(outcome));
    });
}

bool FailingInvoker::has_function(std::string_view name) const { return invoker_.has_function(name); }

}  // namespace faasd::daemon
