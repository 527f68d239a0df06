#include "gateway/outcome_response.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "gateway/response_head.hpp"
#include "model/proxy_response.hpp"

namespace faasd::gateway {
namespace {

using model::OutcomeStatus;

struct Failure {
    unsigned status;
    const char* message;  // API Gateway's
};

Failure failure_of(OutcomeStatus status) {
    switch (status) {
        case OutcomeStatus::timeout: return {504, "Endpoint request timed out"};
        case OutcomeStatus::throttled: return {429, "Too Many Requests"};
        case OutcomeStatus::unavailable:
        case OutcomeStatus::no_such_function:
        case OutcomeStatus::shutting_down: return {503, "Service Unavailable"};
        default: return {502, "Internal Server Error"};
    }
}

std::string default_error(OutcomeStatus status) {
    switch (status) {
        case OutcomeStatus::timeout: return "the function did not answer within its timeout";
        case OutcomeStatus::throttled: return "the function runs as many times at once as its concurrency allows";
        case OutcomeStatus::shutting_down: return "faasd is shutting down";
        case OutcomeStatus::no_such_function: return "the route leads to a function that is not there";
        default: return std::string(to_string(status));
    }
}

model::HttpResponse failure_response(OutcomeStatus status, const model::FunctionError& error,
                                     const std::string& request_id) {
    const Failure failure = failure_of(status);
    nlohmann::ordered_json body{{"message", failure.message}};
    if (!error.type.empty()) body["errorType"] = error.type;
    body["errorMessage"] = error.message.empty() ? default_error(status) : error.message;
    if (!request_id.empty()) body["requestId"] = request_id;
    auto response = model::HttpResponse::json(
        failure.status, base::to_text(body) + '\n');
    if (!request_id.empty()) response.headers.emplace_back("x-faasd-request-id", request_id);
    if (status == OutcomeStatus::throttled) response.headers.emplace_back("Retry-After", "1");
    return response;
}

// Why the gateway cannot send it, if so.
std::optional<std::string> problem_of(const model::HttpResponse& response) {
    if (response.status < 200 || response.status > 599)
        return "the status is " + std::to_string(response.status) + ", not a number from 200 to 599";
    for (const auto& [name, value] : response.headers)
        if (auto problem = field_problem(name, value)) return problem;
    return std::nullopt;
}

}  // namespace

model::HttpResponse response_of(model::Outcome outcome) {
    if (outcome.status != OutcomeStatus::success)
        return failure_response(outcome.status, outcome.error, outcome.request_id);
    const auto invalid = [&](std::string why) {
        return failure_response(OutcomeStatus::invalid_response, {"InvalidResponse", std::move(why)},
                                outcome.request_id);
    };
    if (const auto* payload = std::get_if<model::Payload>(&outcome.response)) {
        auto parsed = model::parse_proxy_response(payload->json);
        if (!parsed) return invalid(parsed.error().message);
        outcome.response = std::move(*parsed);
    }
    auto& response = std::get<model::HttpResponse>(outcome.response);
    if (auto problem = problem_of(response)) return invalid(std::move(*problem));
    return std::move(response);
}

}  // namespace faasd::gateway
