#include "aws/lambda/answer.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::aws::lambda {

using nlohmann::json;

void Asked::answer(unsigned status, std::string body, std::vector<std::pair<std::string, std::string>> headers) const {
    model::HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    response.headers.emplace_back("Content-Type", "application/json");
    response.headers.emplace_back("x-amzn-RequestId", request_id);
    response.body = std::move(body);
    responder->respond(std::move(response));
}

void Asked::answer(const json& body) const { answer(200, base::to_text(body)); }

void Asked::refuse(unsigned status, std::string_view error, std::string_view message, std::string_view reason) const {
    json body = {{"Type", status < 500 ? "User" : "Service"}, {"Message", message}, {"message", message}};
    if (!reason.empty()) body["Reason"] = reason;
    answer(status, base::to_text(body), {{"x-amzn-ErrorType", std::string(error)}});
}

void Asked::refuse_unknown_function(std::string_view name) const {
    refuse(404, "ResourceNotFoundException", "Function not found: " + scope.arn("lambda", "function:" + std::string(name)));
}

FunctionName read_function_name(std::string_view text, const Scope& scope) {
    FunctionName out;
    Arn arn;
    if (parse_arn(text, arn)) {
        out.other_scope = arn.service != "lambda" || arn.account != scope.account || arn.region != scope.region;
        text = arn.resource;
    } else if (const std::size_t at = text.find(":function:"); at != std::string_view::npos) {
        out.other_scope = text.substr(0, at) != scope.account;
        text.remove_prefix(at + 1);
    }
    if (text.starts_with("function:")) text.remove_prefix(9);
    out.name = text.substr(0, text.find(':'));
    if (out.name.size() < text.size()) out.qualifier = text.substr(out.name.size() + 1);
    return out;
}

}  // namespace faasd::aws::lambda
