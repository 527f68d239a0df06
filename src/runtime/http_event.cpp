#include "runtime/http_event.hpp"

#include <map>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "model/http_event_json.hpp"

namespace faasd::runtime {
namespace {

using nlohmann::json;

faasd_string view(std::string_view text) {
    return {text.data() ? text.data() : "", text.size()};
}

base::Error bad_event(const std::string& what) {
    return {std::make_error_code(std::errc::invalid_argument),
            "the event is not an API Gateway HTTP API 2.0 event: " + what +
                "; this handler takes an HttpRequest"};
}

std::string text_of(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    return base::to_text(value);
}

}  // namespace

faasd_string HttpEvent::keep(std::string text) {
    texts_.push_back(std::make_unique<std::string>(std::move(text)));
    return view(*texts_.back());
}

void HttpEvent::borrow(const model::HttpRequest& request) {
    const auto copy = [](std::span<const model::HttpField> from, std::vector<faasd_field>& to) {
        to.reserve(from.size());
        for (const model::HttpField& field : from)
            to.push_back({view(field.name), view(field.value)});
    };
    copy(request.headers, headers_);
    copy(request.path_parameters, path_parameters_);
    if (const model::Authorization* said = request.authorization) {
        for (const auto& [name, value] : said->context)
            authorizer_.push_back({view(name), view(value)});
        if (!said->principal_id.empty()) authorizer_.push_back({view("principalId"), view(said->principal_id)});
    }
    request_ = {sizeof request_,        view(request.method),    view(request.raw_path),
                view(request.path),     view(request.raw_query), view(request.route_key),
                view(request.host),     view(request.body),      view(request.remote_address),
                headers_.data(),        headers_.size(),         path_parameters_.data(),
                path_parameters_.size(), authorizer_.data(),     authorizer_.size()};
}

base::Result<> HttpEvent::parse(std::string_view text) {
    const json event = base::parse_json(text);
    if (!event.is_object()) return bad_event("it is no JSON object");
    const auto member = [&](const json& object, const char* name) -> const json& {
        static const json none;
        const auto at = object.find(name);
        return at == object.end() ? none : *at;
    };
    const json& context = member(event, "requestContext");
    const json& http = context.is_object() ? member(context, "http") : member(event, "");
    if (!http.is_object()) return bad_event("requestContext.http is missing");
    const json& method = member(http, "method");
    if (!method.is_string()) return bad_event("requestContext.http.method is missing");
    const json& raw_path = member(event, "rawPath");
    if (!raw_path.is_string()) return bad_event("rawPath is missing");
    const json& headers = member(event, "headers");
    if (!headers.is_null() && !headers.is_object()) return bad_event("headers is not an object");
    const json& body = member(event, "body");
    if (!body.is_null() && !body.is_string()) return bad_event("body is not a string");

    std::string content = body.is_string() ? body.get<std::string>() : "";
    if (const json& encoded = member(event, "isBase64Encoded"); encoded.is_boolean() && encoded.get<bool>()) {
        auto decoded = base::base64_decode(content);
        if (!decoded) return bad_event("body is not the base64 that isBase64Encoded announces");
        content = std::move(*decoded);
    }
    request_.size = sizeof request_;
    request_.method = keep(method.get<std::string>());
    const auto path = raw_path.get<std::string>();
    request_.raw_path = keep(path);
    request_.path = keep(base::percent_decode(path).value_or(path));
    if (const json& query = member(event, "rawQueryString"); query.is_string())
        request_.raw_query = keep(query.get<std::string>());
    else
        request_.raw_query = keep("");
    request_.route_key =
        keep(event.value("routeKey", json("")).is_string() ? event.value("routeKey", "") : "");
    request_.body = keep(std::move(content));
    const json& source = member(http, "sourceIp");
    request_.remote_address = keep(source.is_string() ? source.get<std::string>() + ":0" : "");
    const json& domain = member(context, "domainName");
    request_.host = keep(domain.is_string() ? domain.get<std::string>() : "");
    if (headers.is_object())
        for (const auto& [name, value] : headers.items()) {
            headers_.push_back({keep(name), keep(text_of(value))});
            if (name == "host") request_.host = headers_.back().value;
        }
    if (const json& cookies = member(event, "cookies"); cookies.is_array() && !cookies.empty()) {
        std::string joined;
        for (const json& cookie : cookies)
            joined += (joined.empty() ? "" : "; ") + text_of(cookie);
        headers_.push_back({keep("cookie"), keep(std::move(joined))});
    }
    if (const json& parameters = member(event, "pathParameters"); parameters.is_object())
        for (const auto& [name, value] : parameters.items())
            path_parameters_.push_back({keep(name), keep(text_of(value))});
    if (const json& said = member(context, "authorizer"); said.is_object()) {
        if (const json& values = member(said, "lambda"); values.is_object())
            for (const auto& [name, value] : values.items())
                authorizer_.push_back({keep(name), keep(text_of(value))});
        if (const json& principal = member(said, "principalId"); principal.is_string())
            authorizer_.push_back({keep("principalId"), keep(principal.get<std::string>())});
    }
    request_.authorizer = authorizer_.data();
    request_.authorizer_count = authorizer_.size();
    request_.headers = headers_.data();
    request_.header_count = headers_.size();
    request_.path_parameters = path_parameters_.data();
    request_.path_parameter_count = path_parameters_.size();
    return {};
}

std::string proxy_response_json(unsigned status,
                                const std::vector<std::pair<std::string, std::string>>& headers,
                                std::string_view body) {
    std::map<std::string, std::string> fields;
    json cookies = json::array();
    std::string_view content_type;
    for (const auto& [name, value] : headers) {
        std::string lower = base::to_lower(name);
        if (lower == "set-cookie") {
            cookies.push_back(value);
            continue;
        }
        if (lower == "content-type") content_type = value;
        model::join_field(fields, std::move(lower), value);
    }
    const bool encode = model::is_binary_type(content_type) || !base::is_valid_utf8(body);
    json response{{"statusCode", status},
                  {"headers", fields},
                  {"body", encode ? base::base64_encode(body) : std::string(body)},
                  {"isBase64Encoded", encode}};
    if (!cookies.empty()) response["cookies"] = std::move(cookies);
    return base::to_text(response);
}

}  // namespace faasd::runtime
