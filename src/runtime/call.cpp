#include "runtime/call.hpp"

#include <exception>
#include <sys/resource.h>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/random.hpp"
#include "base/units.hpp"
#include "runtime/executor.hpp"
#include "runtime/running.hpp"

namespace faasd::runtime {
namespace {

using model::OutcomeStatus;

constexpr auto kNever = std::chrono::nanoseconds::max();

// What a thread has cost, to tell a call that waited from one that was only not scheduled.
struct ThreadUsage {
    std::chrono::nanoseconds cpu{};
    long waits = 0;

    static ThreadUsage now() {
        rusage usage{};
        ::getrusage(RUSAGE_THREAD, &usage);
        const auto of = [](const timeval& t) {
            return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
        };
        return {of(usage.ru_utime) + of(usage.ru_stime), usage.ru_nvcsw};
    }
};

}  // namespace

// A header that would end its line early would let a function's input write the rest of the response.
const char* Call::flaw_of(unsigned status, const Headers& headers) {
    if (status < 200 || status > 599) return "its status is not within 200 to 599";
    for (const auto& [name, value] : headers) {
        if (name.empty() || name.find_first_of(std::string_view(" \t\r\n:\0", 6)) != std::string::npos)
            return "the name of a header is empty, or has a space, a colon or a line break";
        if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
            return "the value of a header has a line break";
    }
    return nullptr;
}

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
    // Functions run in real time, also where the app's clock stands still or is moved by hand.
    if (invocation_.deadline) caller_deadline_ = created_ + (*invocation_.deadline - host_->now());
    host_->active.fetch_add(1, std::memory_order_relaxed);
}

Call::~Call() {
    // Whoever waited may have been listed again after its end.
    if (waited_) host_->deadlines.remove(*this);
}

void Call::wait() {
    waited_ = true;
    arm();
}

void Call::arm() {
    auto deadline = caller_deadline_;
    if (has_slot_.load())
        deadline = std::min<std::chrono::nanoseconds>(deadline, started_ + binding_->definition->timeout);
    host_->deadlines.add(*this, deadline);
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
    auto self = shared_from_this();
    if (binding_->cold->load(std::memory_order_relaxed)) cold_ = binding_->cold->exchange(false);
    invoke_function(in_place);
    finish();
}

void Call::invoke_function(bool in_place) {
    faasd_event event{};
    if (!prepare_event(event)) return;
    const auto left =
        std::min<std::chrono::nanoseconds>(caller_deadline_, started_ + binding_->definition->timeout) -
        started_;
    info_ = describe(host_->now() + std::chrono::duration_cast<base::Duration>(left));
    const RunningFunction running_now = as_running();
    const RunningScope scope(running_now);
    const auto begun = base::monotonic_now();
    if (in_place) {
        Executor::begin_in_place();
        binding_->function->invoke(&host_table(), &handle_, &event);
        static_cast<void>(Executor::end_in_place());
        function_->pace().record(base::monotonic_now() - begun, blocked_);
    } else {
        const ThreadUsage before = ThreadUsage::now();
        binding_->function->invoke(&host_table(), &handle_, &event);
        const ThreadUsage after = ThreadUsage::now();
        const bool waited = after.waits != before.waits;
        function_->pace().record(waited ? base::monotonic_now() - begun : after.cpu - before.cpu, blocked_);
    }
}

faasd_call_info Call::describe(base::TimePoint deadline) const {
    const auto raw = [](std::string_view s) { return faasd_string{s.data(), s.size()}; };
    return {sizeof(faasd_call_info),  raw(invocation_.request_id),  raw(function_->name()),
            raw(binding_->version),   raw(invocation_.cause.trace), invocation_.attempt,
            base::to_micros(deadline)};
}

RunningFunction Call::as_running() const {
    const std::string& fingerprint = binding_->image->fingerprint();
    return {function_->name().data(),      function_->name().size(), invocation_.request_id.data(),
            invocation_.request_id.size(), fingerprint.data(),       fingerprint.size()};
}

bool Call::prepare_event(faasd_event& event) {
    const bool wants_http = binding_->function->accepts == FAASD_EVENT_HTTP;
    event.size = sizeof event;
    event.kind = wants_http ? FAASD_EVENT_HTTP : FAASD_EVENT_PAYLOAD;
    const auto* request = std::get_if<model::HttpRequest>(&invocation_.event);
    if (wants_http) {
        if (request) {
            http_event_.borrow(*request);
        } else if (auto parsed = http_event_.parse(std::get<model::Payload>(invocation_.event).json);
                   !parsed) {
            failure_ = model::FunctionError{"InvalidEvent", parsed.error().message};
            return false;
        }
        event.http = &http_event_.request();
        return true;
    }
    if (request) payload_ = http_event_json(*request, invocation_.request_id, host_->now());
    const std::string& json = request ? payload_ : std::get<model::Payload>(invocation_.event).json;
    event.payload = {json.data(), json.size()};
    return true;
}

model::Outcome Call::take_outcome() {
    model::Outcome outcome;
    const auto invalid = [&](std::string message) {
        outcome.status = OutcomeStatus::invalid_response;
        outcome.error = {"InvalidResponse", "function " + function_->name() + ": " + std::move(message)};
    };
    const bool over_http = std::holds_alternative<model::HttpRequest>(invocation_.event);
    if (failure_) {
        outcome.status = OutcomeStatus::function_error;
        outcome.error = std::move(*failure_);
        return outcome;
    }
    if (!has_response_) {
        http_response_ = binding_->function->accepts == FAASD_EVENT_HTTP;
        status_ = 204;
        body_ = http_response_ ? "" : "null";
    }
    if (http_response_) {
        if (const char* flaw = flaw_of(status_, headers_)) {
            invalid(flaw);
        } else if (over_http) {
            outcome.response.emplace<model::HttpResponse>(
                model::HttpResponse{status_, std::move(headers_), std::move(body_)});
        } else {
            outcome.response = model::Payload{proxy_response_json(status_, headers_, body_)};
        }
    } else if (over_http) {
        auto response = http_response_of(body_);
        if (!response)
            invalid(response.error().message);
        else if (const char* flaw = flaw_of(response->status, response->headers))
            invalid(flaw);
        else
            outcome.response = std::move(*response);
    } else if (!nlohmann::json::accept(body_)) {
        invalid("what it returned is not JSON");
    } else {
        outcome.response = model::Payload{std::move(body_)};
    }
    return outcome;
}

// The run is over, in time or not.
void Call::finish() {
    const auto took = base::monotonic_now() - started_;
    if (phase_.exchange(ended, std::memory_order_acq_rel) == ended) {
        function_->written_off().fetch_sub(1, std::memory_order_relaxed);
        std::shared_lock lock(host_->mutex);
        if (host_->executor) host_->executor->pool().write_back();
        lock.unlock();
        spdlog::info("{} [{}] came back after {}; its answer is no longer wanted", function_->name(),
                     invocation_.request_id,
                     base::format_duration(std::chrono::duration_cast<base::Duration>(took)));
        return;
    }
    host_->deadlines.remove(*this);
    model::Outcome outcome = take_outcome();
    outcome.duration = std::chrono::duration_cast<base::Duration>(took);
    has_slot_.store(false);
    function_->leave(took, outcome.status != OutcomeStatus::success, false);
    if (stream_) {
        if (outcome.status == OutcomeStatus::success)
            stream_->finish();
        else
            stream_->fail({std::make_error_code(std::errc::io_error), outcome.error.message});
    }
    log_end(outcome.status, outcome.error, took);
    answer(std::move(outcome));
    host_->active.fetch_sub(1, std::memory_order_release);
    pump(*function_);
}

void Call::refuse(OutcomeStatus status, std::string type, std::string message) {
    if (phase_.exchange(ended, std::memory_order_acq_rel) == ended) return;
    host_->deadlines.remove(*this);
    model::Outcome outcome;
    outcome.status = status;
    outcome.error = {std::move(type), std::move(message)};
    const bool had_slot = has_slot_.exchange(false);
    if (had_slot) function_->leave({}, true, false);
    log_end(outcome.status, outcome.error, base::monotonic_now() - created_);
    answer(std::move(outcome));
    host_->active.fetch_sub(1, std::memory_order_release);
}

void Call::out_of_time() {
    const int before = phase_.exchange(ended);
    if (before == ended) return;
    const bool had_slot = has_slot_.exchange(false);
    if (!had_slot) function_->leave_line(*this);
    const auto since = [](std::chrono::nanoseconds begin) {
        return std::chrono::duration_cast<base::Duration>(base::monotonic_now() - begin);
    };
    const auto waited = since(created_);
    model::Outcome outcome;
    outcome.duration = waited;
    if (host_->giving_up.load()) {
        outcome.status = OutcomeStatus::shutting_down;
        outcome.error = {"ShuttingDown", "the daemon ended before function " + function_->name() + " did"};
    } else {
        outcome.status = OutcomeStatus::timeout;
        outcome.error = {"Timeout",
                         "function " + function_->name() +
                             (before == running ? " did not end within " + base::format_duration(since(started_))
                                                : " was not started for want of a free slot within " +
                                                      base::format_duration(waited))};
    }
    if (before == running) {
        function_->written_off().fetch_add(1, std::memory_order_relaxed);
        std::shared_lock lock(host_->mutex);
        if (host_->executor) host_->executor->pool().write_off();
        lock.unlock();
        if (outcome.status == OutcomeStatus::timeout)
            spdlog::warn(
                "{} [{}] is still running after its timeout; a thread cannot be stopped, so its worker is "
                "written off and replaced. It holds memory and a thread until it ends.",
                function_->name(), invocation_.request_id);
        std::unique_lock stream_lock(stream_mutex_);
        const auto stream = stream_;
        stream_lock.unlock();
        if (stream) stream->fail({std::make_error_code(std::errc::timed_out), outcome.error.message});
    }
    if (had_slot) function_->leave(waited, true, outcome.status == OutcomeStatus::timeout);
    log_end(outcome.status, outcome.error, waited);
    answer(std::move(outcome));
    host_->active.fetch_sub(1, std::memory_order_release);
    if (had_slot) pump(*function_);
}

void Call::answer(model::Outcome outcome) {
    if (answered_.exchange(true, std::memory_order_acq_rel)) return;
    outcome.request_id = invocation_.request_id;
    outcome.cold = cold_;
    if (Executor::may_touch_loop()) {
        try {
            std::exchange(done_, nullptr)(std::move(outcome));
        } catch (const std::exception& e) {
            spdlog::error("whoever invoked {} [{}] failed on its answer: {}", function_->name(),
                          invocation_.request_id, e.what());
        }
        return;
    }
    host_->run_outside([self = std::static_pointer_cast<Call>(shared_from_this()),
                        done = std::exchange(done_, nullptr),
                        outcome = std::move(outcome)]() mutable { done(std::move(outcome)); });
}

void Call::log_end(OutcomeStatus status, const model::FunctionError& error,
                   std::chrono::nanoseconds took) const {
    const auto level = status == OutcomeStatus::success ? spdlog::level::info : spdlog::level::warn;
    if (!spdlog::should_log(level)) return;
    const auto& cause = invocation_.cause;
    const std::string attempt =
        invocation_.attempt > 1 ? " attempt " + std::to_string(invocation_.attempt) : "";
    const std::string detail =
        status == OutcomeStatus::success ? "" : " " + error.type + ": " + error.message;
    spdlog::log(level, "{} ({}{}{}) {} in {}{}{}{} [{}]", function_->name(), model::to_string(cause.kind),
                cause.source.empty() ? "" : " ", cause.source, model::to_string(status),
                base::format_duration(std::chrono::duration_cast<base::Duration>(took)), cold_ ? " cold" : "",
                attempt, detail, invocation_.request_id);
}

}  // namespace faasd::runtime
