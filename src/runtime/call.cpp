#include "runtime/call.hpp"

#include <utility>

#include "base/random.hpp"
#include "model/trace.hpp"
#include "runtime/executor.hpp"

namespace faasd::runtime {
namespace {

using model::OutcomeStatus;

constexpr auto kNever = std::chrono::nanoseconds::max();

}  // namespace

base::TimePoint Host::now() {
    std::shared_lock lock(mutex);
    return clock ? clock->now() : base::TimePoint{};
}

void Host::end() {
    std::lock_guard lock(mutex);
    clock = nullptr;
    operations = nullptr;
    executor = nullptr;
}

void Host::run_outside(base::UniqueFunction<void()> job) {
    if (Executor::may_touch_loop()) return job();
    std::shared_lock lock(mutex);
    if (executor) return executor->post(std::move(job));
    lock.unlock();
    job();
}

Call::Call(std::shared_ptr<Host> host, std::shared_ptr<Function> function, model::Invocation invocation,
           Done done)
    : host_(std::move(host)),
      function_(std::move(function)),
      invocation_(std::move(invocation)),
      done_(std::move(done)),
      created_(base::monotonic_now()),
      caller_deadline_(kNever) {
    if (invocation_.request_id.empty()) invocation_.request_id = base::random_uuid();
    if (invocation_.cause.trace.empty()) invocation_.cause.trace = invocation_.request_id;
    invocation_.cause.trace = model::extended(invocation_.cause.trace, invocation_.function);
    // Functions run in real time, also where the app's clock stands still or is moved by hand.
    if (invocation_.deadline) caller_deadline_ = created_ + (*invocation_.deadline - host_->now());
    host_->active.fetch_add(1, std::memory_order_relaxed);
}

void Host::break_deadlock() {
    std::shared_ptr<Call> youngest;
    {
        std::lock_guard lock(chained_mutex);
        for (auto at = chained.rbegin(); at != chained.rend() && !youngest; ++at)
            youngest = at->second.lock();
    }
    if (!youngest) return;
    std::size_t workers = 0;
    {
        std::shared_lock lock(mutex);
        if (executor) workers = executor->pool().max_workers();
    }
    youngest->refuse(OutcomeStatus::throttled, "WorkersExhausted",
                     "function " + youngest->function()->name() + " was not started: all " +
                         std::to_string(workers) +
                         " workers run functions that wait for other functions. The chain is " + youngest->chain() +
                         ". Serve with more --workers, or let one of these call the next asynchronously");
}

void Call::join_chain() {
    std::lock_guard lock(host_->chained_mutex);
    chain_ticket_ = host_->next_chained++;
    host_->chained.emplace(chain_ticket_, std::static_pointer_cast<Call>(shared_from_this()));
}

void Call::leave_chain() {
    if (chain_ticket_ == 0) return;
    std::lock_guard lock(host_->chained_mutex);
    host_->chained.erase(chain_ticket_);
}

std::optional<model::OperationError> Call::connect(const std::vector<Connections::Resource>& resources,
                                                   Connections::Until until) {
    for (const auto& resource : resources) {
        connected_.store(true);
        if (auto refused = host_->connections.open(resource, this, function_->name(), until)) return refused;
    }
    // Out of time meanwhile: whoever ended it may have looked before it was connected.
    if (ended_early()) disconnect();
    return std::nullopt;
}

void Call::disconnect() {
    if (connected_.load()) host_->connections.release(this);
}

std::string Call::chain() const {
    return invocation_.chain.empty() ? function_->name() : invocation_.chain + " → " + function_->name();
}

std::chrono::nanoseconds Call::deadline() const {
    if (!has_slot_.load()) return caller_deadline_;
    return std::min<std::chrono::nanoseconds>(caller_deadline_, started_ + binding_->definition->timeout);
}

base::TimePoint Call::deadline_by_clock() const {
    return host_->now() + std::chrono::duration_cast<base::Duration>(
                              std::min<std::chrono::nanoseconds>(caller_deadline_, started_ + binding_->definition->timeout) -
                              base::monotonic_now());
}

Call::~Call() {
    leave_chain();
    // Whoever waited may have been listed again after its end.
    if (waited_) host_->deadlines.remove(*this);
}

void Call::wait() {
    waited_ = true;
    arm();
}

void Call::arm() {
    host_->deadlines.add(*this, deadline());
}

void Call::start(std::shared_ptr<const Binding> binding) {
    binding_ = std::move(binding);
    started_ = base::monotonic_now();
    has_slot_.store(true);
    // Its time may have run out on the way here: whoever takes the slot's mark away gives the slot back.
    if (ended_early()) {
        if (has_slot_.exchange(false)) {
            function_->leave({}, true, true);
            pump(*function_);
        }
        return;
    }
    arm();
    if (Executor::can_run_in_place() && function_->pace().quick()) return run(true);
    auto self = std::static_pointer_cast<Call>(shared_from_this());
    std::shared_lock lock(host_->mutex);
    if (host_->executor)
        return host_->executor->submit([self = std::move(self)] { self->run(false); },
                                       function_->pace().blocking() ? JobKind::blocking : JobKind::unknown);
    lock.unlock();
    refuse(OutcomeStatus::shutting_down, "ShuttingDown", "the daemon is ending");
}

void Call::pump(Function& function) {
    for (auto next = function.next(); next.call; next = function.next()) {
        switch (next.admitted.entry) {
            case Function::Entry::run:
                next.call->start(std::move(next.admitted.binding));
                break;
            case Function::Entry::unavailable:
                next.call->refuse(OutcomeStatus::unavailable, "Unavailable", std::move(next.admitted.reason));
                break;
            default:
                next.call->refuse(OutcomeStatus::no_such_function, "NoSuchFunction",
                                  "function " + function.name() + " was removed from the configuration");
        }
    }
}

void Call::run(bool in_place) {
    int expected = waiting;
    if (!phase_.compare_exchange_strong(expected, running, std::memory_order_acq_rel)) return;
    leave_chain();
    auto self = shared_from_this();
    if (binding_->cold->load(std::memory_order_relaxed)) cold_ = binding_->cold->exchange(false);
    invoke_function(in_place);
    finish();
}

}  // namespace faasd::runtime
