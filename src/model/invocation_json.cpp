#include "model/invocation_json.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace faasd::model {

std::string payload_of(Outcome outcome) {
    if (auto* payload = std::get_if<Payload>(&outcome.response)) return std::move(payload->json);
    auto& response = std::get<HttpResponse>(outcome.response);
    nlohmann::json headers = nlohmann::json::object();
    nlohmann::json cookies = nlohmann::json::array();
    for (const auto& [name, value] : response.headers) {
        const std::string lower = base::to_lower(name);
        if (lower == "set-cookie") {
            cookies.push_back(value);
        } else if (headers.contains(lower)) {
            headers[lower] = headers[lower].get<std::string>() + "," + value;
        } else {
            headers[lower] = value;
        }
    }
    const auto* body = std::get_if<std::string>(&response.body);
    const std::string_view bytes = body ? std::string_view(*body) : std::string_view();
    const bool is_text = base::is_valid_utf8(bytes);
    nlohmann::json out = {{"statusCode", response.status},
                          {"headers", std::move(headers)},
                          {"body", is_text ? std::string(bytes) : base::base64_encode(bytes)},
                          {"isBase64Encoded", !is_text}};
    if (!cookies.empty()) out["cookies"] = std::move(cookies);
    return base::to_text(out);
}

unsigned http_status_of(OutcomeStatus status) {
    switch (status) {
        case OutcomeStatus::success: return 200;
        case OutcomeStatus::function_error: return 500;
        case OutcomeStatus::timeout: return 504;
        case OutcomeStatus::crashed: return 502;
        case OutcomeStatus::throttled: return 429;
        case OutcomeStatus::no_such_function: return 404;
        case OutcomeStatus::unavailable: return 503;
        case OutcomeStatus::shutting_down: return 503;
        case OutcomeStatus::invalid_response: return 502;
        case OutcomeStatus::recursive_loop: return 400;
    }
    return 500;
}

}  // namespace faasd::model
