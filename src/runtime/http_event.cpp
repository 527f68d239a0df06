#include "runtime/http_event.hpp"

#include <array>
#include <charconv>
#include <ctime>
#include <map>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace faasd::runtime {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

faasd_string view(std::string_view text) {
    return {text.data() ? text.data() : "", text.size()};
}

// Types whose bytes no one reads as text, although they may happen to be valid UTF-8.
bool is_binary_type(std::string_view content_type) {
    const std::string type = base::to_lower(content_type.substr(0, content_type.find(';')));
    for (const std::string_view prefix : {"image/", "audio/", "video/", "font/"})
        if (type.starts_with(prefix) && !type.ends_with("+xml")) return true;
    for (const std::string_view name : {"application/octet-stream", "application/zip", "application/gzip",
                                        "application/pdf", "application/x-protobuf", "application/wasm"})
        if (type == name) return true;
    return false;
}

void append(std::map<std::string, std::string>& fields, std::string name, std::string_view value) {
    const auto [at, fresh] = fields.try_emplace(std::move(name), value);
    if (!fresh) (at->second += ',') += value;
}

std::map<std::string, std::string> query_parameters(std::string_view query) {
    std::map<std::string, std::string> parameters;
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const std::string_view name = pair.substr(0, equals);
        const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
        append(parameters, base::percent_decode(name, true).value_or(std::string(name)),
               base::percent_decode(value, true).value_or(std::string(value)));
    }
    return parameters;
}

// "12/Mar/2020:19:03:58 +0000", the form of the common log.
std::string common_log_time(base::TimePoint time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto length = std::strftime(text.data(), text.size(), "%d/%b/%Y:%H:%M:%S +0000", &parts);
    return {text.data(), length};
}

base::Error bad_event(const std::string& what) {
    return {std::make_error_code(std::errc::invalid_argument),
            "the event is not an API Gateway HTTP API 2.0 event: " + what +
                "; this handler takes an HttpRequest"};
}

base::Error bad_response(const std::string& what) {
    return {std::make_error_code(std::errc::invalid_argument),
            "the answer is not one that can be sent over HTTP: " + what};
}

std::string text_of(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    return dump(value);
}

}  // namespace

std::string http_event_json(const model::HttpRequest& request, std::string_view request_id,
                            base::TimePoint now) {
    std::map<std::string, std::string> headers;
    json cookies = json::array();
    std::string_view content_type;
    std::string user_agent;
    for (const model::HttpField& field : request.headers) {
        std::string name = base::to_lower(field.name);
        if (name == "cookie") {
            std::string_view rest = field.value;
            while (!rest.empty()) {
                const auto end = rest.find(';');
                std::string_view cookie = rest.substr(0, end);
                rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
                while (cookie.starts_with(' '))
                    cookie.remove_prefix(1);
                if (!cookie.empty()) cookies.push_back(cookie);
            }
            continue;
        }
        if (name == "content-type") content_type = field.value;
        if (name == "user-agent") user_agent = field.value;
        append(headers, std::move(name), field.value);
    }
    const std::string_view address = request.remote_address.substr(0, request.remote_address.rfind(':'));
    const std::string_view domain = request.host.substr(0, request.host.rfind(':'));
    json event{{"version", "2.0"},
               {"routeKey", request.route_key.empty() ? "$default" : request.route_key},
               {"rawPath", request.raw_path},
               {"rawQueryString", request.raw_query},
               {"headers", headers},
               {"requestContext",
                {{"accountId", "000000000000"},
                 {"apiId", "faasd"},
                 {"domainName", domain},
                 {"domainPrefix", domain.substr(0, domain.find('.'))},
                 {"http",
                  {{"method", request.method},
                   {"path", request.raw_path},
                   {"protocol", "HTTP/1.1"},
                   {"sourceIp", address},
                   {"userAgent", user_agent}}},
                 {"requestId", request_id},
                 {"routeKey", request.route_key.empty() ? "$default" : request.route_key},
                 {"stage", "$default"},
                 {"time", common_log_time(now)},
                 {"timeEpoch", base::to_millis(now)}}}};
    if (!cookies.empty()) event["cookies"] = std::move(cookies);
    if (auto parameters = query_parameters(request.raw_query); !parameters.empty())
        event["queryStringParameters"] = std::move(parameters);
    for (const model::HttpField& parameter : request.path_parameters)
        event["pathParameters"][std::string(parameter.name)] = parameter.value;
    const bool encode = is_binary_type(content_type) || !base::is_valid_utf8(request.body);
    if (!request.body.empty())
        event["body"] = encode ? base::base64_encode(request.body) : std::string(request.body);
    event["isBase64Encoded"] = encode && !request.body.empty();
    return dump(event);
}

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
    request_ = {sizeof request_,        view(request.method),    view(request.raw_path),
                view(request.path),     view(request.raw_query), view(request.route_key),
                view(request.host),     view(request.body),      view(request.remote_address),
                headers_.data(),        headers_.size(),         path_parameters_.data(),
                path_parameters_.size()};
}

base::Result<> HttpEvent::parse(std::string_view text) {
    const json event = json::parse(text, nullptr, false);
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
        append(fields, std::move(lower), value);
    }
    const bool encode = is_binary_type(content_type) || !base::is_valid_utf8(body);
    json response{{"statusCode", status},
                  {"headers", fields},
                  {"body", encode ? base::base64_encode(body) : std::string(body)},
                  {"isBase64Encoded", encode}};
    if (!cookies.empty()) response["cookies"] = std::move(cookies);
    return dump(response);
}

base::Result<model::HttpResponse> http_response_of(std::string_view text) {
    const json answer = json::parse(text, nullptr, false);
    if (answer.is_discarded()) return bad_response("it is not JSON");
    if (!answer.is_object() || !answer.contains("statusCode"))
        return model::HttpResponse::json(200, std::string(text));
    model::HttpResponse response;
    const json& status = answer["statusCode"];
    unsigned code = 0;
    if (status.is_number_integer()) {
        code = status.get<std::int64_t>() > 0 ? static_cast<unsigned>(status.get<std::int64_t>()) : 0;
    } else if (status.is_string()) {
        const auto& digits = status.get_ref<const std::string&>();
        std::from_chars(digits.data(), digits.data() + digits.size(), code);
    }
    if (code < 200 || code > 599)
        return bad_response("statusCode is " + dump(status) + ", not within 200 to 599");
    response.status = code;
    bool typed = false;
    const auto add = [&](const std::string& name, const std::string& value) {
        typed = typed || base::iequals(name, "content-type");
        response.headers.emplace_back(name, value);
    };
    if (const auto headers = answer.find("headers"); headers != answer.end() && headers->is_object())
        for (const auto& [name, value] : headers->items())
            add(name, text_of(value));
    if (const auto headers = answer.find("multiValueHeaders");
        headers != answer.end() && headers->is_object())
        for (const auto& [name, values] : headers->items())
            if (values.is_array())
                for (const json& value : values)
                    add(name, text_of(value));
    if (const auto cookies = answer.find("cookies"); cookies != answer.end() && cookies->is_array())
        for (const json& cookie : *cookies)
            response.headers.emplace_back("Set-Cookie", text_of(cookie));
    std::string body;
    if (const auto at = answer.find("body"); at != answer.end() && !at->is_null()) body = text_of(*at);
    if (const auto encoded = answer.find("isBase64Encoded");
        encoded != answer.end() && encoded->is_boolean() && encoded->get<bool>()) {
        auto decoded = base::base64_decode(body);
        if (!decoded) return bad_response("body is not the base64 that isBase64Encoded announces");
        body = std::move(*decoded);
    }
    if (!typed && !body.empty()) response.headers.emplace_back("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

}  // namespace faasd::runtime
