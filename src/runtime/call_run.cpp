// A call's way into its function and out again: the event that it gets, the outcome that it leaves.
#include <exception>
#include <sys/resource.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "model/http_event_json.hpp"
#include "model/proxy_response.hpp"
#include "model/trace.hpp"
#include "runtime/call.hpp"
#include "runtime/executor.hpp"
#include "runtime/running.hpp"

namespace faasd::runtime {
namespace {

using model::OutcomeStatus;

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

void Call::invoke_function(bool in_place) {
    faasd_event event{};
    if (!prepare_event(event)) return;
    const auto left =
        std::min<std::chrono::nanoseconds>(caller_deadline_, started_ + binding_->definition->timeout) -
        started_;
    started_at_ = host_->now();
    info_ = describe(started_at_ + std::chrono::duration_cast<base::Duration>(left));
    const RunningFunction running_now = as_running();
    const RunningScope scope(running_now);
    const auto begun = base::monotonic_now();
    // The ABI forbids it, but a module that was not written with the SDK may let an exception out.
    const auto invoke = [&] {
        try {
            binding_->function->invoke(&host_table(), &handle_, &event);
        } catch (const std::exception& e) {
            failure_ = model::FunctionError{"UncaughtException", e.what()};
        }
    };
    if (in_place) {
        Executor::begin_in_place();
        invoke();
        static_cast<void>(Executor::end_in_place());
        function_->pace().record(base::monotonic_now() - begun, blocked_);
    } else {
        const ThreadUsage before = ThreadUsage::now();
        invoke();
        const ThreadUsage after = ThreadUsage::now();
        const bool waited = after.waits != before.waits;
        function_->pace().record(waited ? base::monotonic_now() - begun : after.cpu - before.cpu, blocked_);
    }
}

faasd_call_info Call::describe(base::TimePoint deadline) const {
    const auto raw = [](std::string_view s) { return faasd_string{s.data(), s.size()}; };
    return {sizeof(faasd_call_info),  raw(invocation_.request_id),  raw(function_->name()),
            raw(binding_->version),   raw(model::root_of(invocation_.cause.trace)), invocation_.attempt,
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
    if (request) payload_ = model::http_event_json(*request, invocation_.request_id, host_->now());
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
        auto response = model::parse_proxy_response(body_);
        if (!response)
            invalid(response.error().message);
        else if (const char* flaw = flaw_of(response->status, response->headers))
            invalid(flaw);
        else
            outcome.response = std::move(*response);
    } else if (!base::is_json(body_)) {
        invalid("what it returned is not JSON: a handler that returns text must render JSON, or take an HttpRequest");
    } else {
        outcome.response = model::Payload{std::move(body_)};
    }
    return outcome;
}

}  // namespace faasd::runtime
