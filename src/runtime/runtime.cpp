#include "runtime/runtime.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "model/trace.hpp"
#include "runtime/call.hpp"
#include "runtime/suggestion.hpp"

namespace faasd::runtime {
namespace fs = std::filesystem;
namespace {

using model::OutcomeStatus;

// What a load still takes that was cancelled, unless the module's own code hangs.
constexpr base::Duration kCancelledLoad = std::chrono::seconds{1};

RuntimeOptions completed(RuntimeOptions options) {
    if (options.cache.empty()) options.cache = options.private_folder / "cache";
    if (options.builder.cache.empty()) options.builder.cache = options.cache;
    if (!options.journal) options.journal = std::make_shared<Journal>(JournalOptions{});
    return options;
}

}  // namespace

Runtime::Runtime(RuntimeOptions options, const base::Clock& clock)
    : options_(completed(std::move(options))),
      clock_(clock),
      builder_(options_.builder),
      loader_({options_.probe, options_.cache, options_.private_folder / "modules"}, builder_),
      host_(std::make_shared<Host>(clock, options_.journal)),
      held_(options_.hold_code),
      executor_(options_.pool) {
    host_->executor = &executor_;
    executor_.on_deadlock([host = host_] { host->break_deadlock(); });
    // Copies that a killed daemon has left.
    std::error_code ignored;
    fs::remove_all(options_.private_folder / "modules", ignored);
    if (options_.watch)
        watcher_ = std::make_unique<FileWatcher>(options_.settle,
                                                 [this] { executor_.post([this] { reload_units(); }); });
}

Runtime::~Runtime() {
    shutdown(base::Duration::zero());
    std::unique_lock lock(units_mutex_);
    units_changed_.wait(lock, [this] { return loading_ == 0; });
}

void Runtime::set_operations(model::Operations& operations) {
    std::lock_guard lock(host_->mutex);
    host_->operations = &operations;
}

void Runtime::start(const model::App& app) {
    std::lock_guard lock(configure_mutex_);
    configure(app);
}

void Runtime::release_code() {
    std::lock_guard lock(units_mutex_);
    held_ = false;
    units_changed_.notify_all();
}

void Runtime::replace(const model::App& app) {
    std::lock_guard lock(configure_mutex_);
    configure(app);
}

bool Runtime::wait_until_loaded(base::Duration at_most) {
    std::unique_lock lock(units_mutex_);
    units_changed_.wait_for(lock, at_most, [this] { return loading_ == 0 || ending_; });
    return loading_ == 0;
}

void Runtime::cancel_loading() {
    {
        std::lock_guard lock(units_mutex_);
        ending_ = true;
        units_changed_.notify_all();
    }
    loader_.cancel();
}

void Runtime::reload_changed() {
    reload_units();
    std::unique_lock lock(units_mutex_);
    units_changed_.wait(lock, [this] { return loading_ == 0 || ending_; });
}

bool Runtime::has_function(std::string_view name) const {
    std::shared_lock lock(functions_mutex_);
    return functions_.find(name) != functions_.end();
}

void Runtime::refuse_unknown(model::Invocation invocation,
                             base::UniqueFunction<void(model::Outcome)> done) const {
    std::vector<std::string> names;
    bool closed = false;
    {
        std::shared_lock lock(functions_mutex_);
        closed = closed_;
        for (const auto& [name, function] : functions_)
            names.push_back(name);
    }
    model::Outcome outcome;
    outcome.request_id = std::move(invocation.request_id);
    if (closed) {
        outcome.status = OutcomeStatus::shutting_down;
        outcome.error = {"ShuttingDown", "the daemon is ending"};
    } else {
        outcome.status = OutcomeStatus::no_such_function;
        outcome.error = {"NoSuchFunction", "there is no function " + invocation.function +
                                               did_you_mean(invocation.function, names)};
    }
    done(std::move(outcome));
}

void Runtime::invoke(model::Invocation invocation, base::UniqueFunction<void(model::Outcome)> done) {
    std::shared_ptr<Function> function;
    {
        std::shared_lock lock(functions_mutex_);
        const auto at = functions_.find(invocation.function);
        if (at != functions_.end() && !closed_) function = at->second;
    }
    if (!function) return refuse_unknown(std::move(invocation), std::move(done));
    const bool may_wait = invocation.admission == model::Admission::wait;
    const std::uint32_t depth = invocation.depth;
    const bool loop = model::is_loop(invocation.cause.trace, invocation.function) && !function->definition()->allow_recursion;
    std::string chain = loop ? model::describe_loop(invocation.cause.trace, invocation.function) : std::string();
    const auto call = std::make_shared<Call>(host_, function, std::move(invocation), std::move(done));
    if (depth > options_.max_depth)
        return call->refuse(OutcomeStatus::function_error, "RecursionTooDeep",
                            "function " + function->name() + " is the end of a chain of " +
                                std::to_string(depth) +
                                " calls that wait for each other: a function that invokes itself? The chain is " +
                                call->chain());
    if (loop) return call->refuse(OutcomeStatus::recursive_loop, "RecursiveInvocationException", std::move(chain));
    if (depth > 0) call->join_chain();
    Function::Admitted admitted = function->enter(call, may_wait, options_.max_line);
    switch (admitted.entry) {
        case Function::Entry::run:
            return call->start(std::move(admitted.binding));
        case Function::Entry::wait:
            if (admitted.first_to_wait)
                spdlog::info("{} is still being compiled or loaded: calls wait until it is ready", function->name());
            return call->wait();
        case Function::Entry::throttled:
            return call->refuse(OutcomeStatus::throttled, "TooManyRequests",
                                "function " + function->name() +
                                    " runs as often at once as its concurrency allows (" +
                                    std::to_string(function->definition()->concurrency) + ")");
        case Function::Entry::line_full:
            return call->refuse(OutcomeStatus::throttled, "TooManyRequests",
                                "too many calls wait for function " + function->name());
        case Function::Entry::unavailable:
            return call->refuse(OutcomeStatus::unavailable, "Unavailable", std::move(admitted.reason));
        case Function::Entry::removed:
            return call->refuse(OutcomeStatus::no_such_function, "NoSuchFunction",
                                "function " + function->name() + " was removed from the configuration");
    }
}

model::InvocationLog& Runtime::log() {
    return *options_.journal;
}

RuntimeStatus Runtime::status() const {
    RuntimeStatus status;
    status.connections = host_->connections.status();
    {
        std::shared_lock lock(functions_mutex_);
        for (const auto& [name, function] : functions_)
            status.functions.push_back(function->status());
    }
    status.pool = executor_.status();
    status.takeovers = executor_.takeovers();
    return status;
}

bool Runtime::is_loading() const {
    std::lock_guard lock(units_mutex_);
    return loading_ > 0;
}

bool Runtime::shutdown(base::Duration grace) {
    {
        std::lock_guard lock(functions_mutex_);
        if (std::exchange(closed_, true)) return true;
    }
    const auto deadline = base::monotonic_now() + grace;
    const auto quiet = [this] { return host_->active.load(std::memory_order_acquire) <= 0; };
    while (!quiet() && base::monotonic_now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    const bool finished = quiet();
    if (!finished) {
        host_->giving_up.store(true);
        // A call may be between its admission and the list: look again until all have been answered.
        const auto last = base::monotonic_now() + std::chrono::seconds{2};
        while (!quiet() && base::monotonic_now() < last) {
            host_->deadlines.expire_all();
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    }
    std::unique_ptr<FileWatcher> watcher;
    {
        // A load that ends now looks at it.
        std::lock_guard lock(units_mutex_);
        watcher = std::move(watcher_);
    }
    watcher.reset();
    cancel_loading();
    {
        std::unique_lock lock(units_mutex_);
        const auto rest = std::max<std::chrono::nanoseconds>(deadline - base::monotonic_now(), kCancelledLoad);
        units_changed_.wait_for(lock, rest, [this] { return loading_ == 0; });
    }
    executor_.pool().stop();
    host_->end();
    return finished;
}

}  // namespace faasd::runtime
