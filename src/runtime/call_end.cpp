// How a call ends: by its return, refused, or out of time; and what its caller and the log are told.
#include <exception>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/json.hpp"
#include "base/units.hpp"
#include "model/trace.hpp"
#include "runtime/call.hpp"
#include "runtime/executor.hpp"

namespace faasd::runtime {
namespace {

using model::OutcomeStatus;

// An error that a function did not catch of one that it called names that one.
std::string origin_of(const model::FunctionError& error) {
    if (error.detail.empty()) return {};
    const auto detail = base::parse_json(error.detail);
    const auto at = detail.is_object() ? detail.find("function") : detail.end();
    return at != detail.end() && at->is_string() ? " (in function " + at->get<std::string>() + ')' : std::string();
}

}  // namespace

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
    disconnect();
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
    int expected = waiting;
    if (!phase_.compare_exchange_strong(expected, ended, std::memory_order_acq_rel)) return;
    leave_chain();
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
        outcome.error = {"Timeout", "function " + function_->name() +
                                        (before == running
                                             ? " did not end within " + base::format_duration(since(started_))
                                             : " was not started for want of a free slot within " +
                                                   base::format_duration(waited))};
    }
    disconnect();
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
    model::LogEntry entry;
    entry.kind = model::LogEntry::Kind::invocation;
    entry.level = status == OutcomeStatus::success ? model::LogLevel::info : model::LogLevel::warn;
    entry.duration = std::chrono::duration_cast<base::Duration>(took);
    entry.at = started_at_ == base::TimePoint{} ? host_->now() : started_at_ + entry.duration;
    entry.function = function_->name();
    entry.request_id = invocation_.request_id;
    entry.trace = model::root_of(invocation_.cause.trace);
    entry.cause = invocation_.cause.kind;
    entry.source = invocation_.cause.source;
    entry.parent = invocation_.cause.parent;
    entry.status = status;
    entry.attempt = invocation_.attempt;
    entry.cold = cold_;
    const std::string message =
        status == OutcomeStatus::success ? std::string() : error.type + ": " + error.message + origin_of(error);
    entry.message = message;
    host_->journal->append(entry);
}

}  // namespace faasd::runtime
