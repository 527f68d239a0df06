#include "control/control_response.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace faasd::control {
model::HttpResponse error_response(const model::OperationError& error) {
    nlohmann::json about = {{"code", error.code}, {"message", error.message}};
    if (auto detail = base::parse_json(error.detail); !detail.is_discarded())
        about["detail"] = std::move(detail);
    // 304 has no body to carry the reason, and a client that sent no condition has no use for it.
    return model::HttpResponse::json(error.http_status, base::to_text(nlohmann::json{{"error", std::move(about)}}));
}

model::HttpResponse operation_response(model::OperationResponse response) {
    std::string out = "{\"result\":" + (response.json.empty() ? std::string("null") : response.json);
    if (!response.body.empty()) {
        const bool is_text = base::is_valid_utf8(response.body);
        out += is_text ? ",\"body\":" : ",\"body_base64\":";
        out += base::to_text(nlohmann::json(is_text ? response.body : base::base64_encode(response.body)));
    }
    out += '}';
    return model::HttpResponse::json(200, std::move(out));
}

}  // namespace faasd::control
