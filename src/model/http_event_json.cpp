#include "model/http_event_json.hpp"

#include <array>
#include <ctime>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace faasd::model {
namespace {

using nlohmann::json;

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
        join_field(parameters, base::percent_decode(name, true).value_or(std::string(name)),
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

json event_of(const HttpRequest& request, std::string_view request_id, base::TimePoint now) {
    std::map<std::string, std::string> headers;
    const std::vector<std::string_view> cookies = request.cookies();
    std::string user_agent;
    for (const HttpField& field : request.headers) {
        std::string name = base::to_lower(field.name);
        if (name == "cookie") continue;
        if (name == "user-agent") user_agent = field.value;
        join_field(headers, std::move(name), field.value);
    }
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
                   {"sourceIp", source_ip(request)},
                   {"userAgent", user_agent}}},
                 {"requestId", request_id},
                 {"routeKey", request.route_key.empty() ? "$default" : request.route_key},
                 {"stage", "$default"},
                 {"time", common_log_time(now)},
                 {"timeEpoch", base::to_millis(now)}}}};
    if (!cookies.empty()) event["cookies"] = cookies;
    if (auto parameters = query_parameters(request.raw_query); !parameters.empty())
        event["queryStringParameters"] = std::move(parameters);
    for (const HttpField& parameter : request.path_parameters)
        event["pathParameters"][std::string(parameter.name)] = parameter.value;
    return event;
}

}  // namespace

bool is_binary_type(std::string_view content_type) {
    const std::string type = base::to_lower(content_type.substr(0, content_type.find(';')));
    for (const std::string_view prefix : {"image/", "audio/", "video/", "font/"})
        if (type.starts_with(prefix) && !type.ends_with("+xml")) return true;
    for (const std::string_view name : {"application/octet-stream", "application/zip", "application/gzip",
                                        "application/pdf", "application/x-protobuf", "application/wasm"})
        if (type == name) return true;
    return false;
}

void join_field(std::map<std::string, std::string>& fields, std::string name, std::string_view value) {
    const auto [at, fresh] = fields.try_emplace(std::move(name), value);
    if (!fresh) (at->second += ',') += value;
}

std::string_view source_ip(const HttpRequest& request) {
    std::string_view address = request.remote_address.substr(0, request.remote_address.rfind(':'));
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    return address;
}

std::string http_event_json(const HttpRequest& request, std::string_view request_id, base::TimePoint now) {
    json event = event_of(request, request_id, now);
    if (const Authorization* said = request.authorization) {
        // Format 2.0 has no place for the principal.
        event["requestContext"]["authorizer"]["lambda"] = base::parse_json(said->context_json);
    }
    const bool encode = is_binary_type(request.header("content-type").value_or("")) ||
                        !base::is_valid_utf8(request.body);
    if (!request.body.empty()) event["body"] = encode ? base::base64_encode(request.body) : std::string(request.body);
    event["isBase64Encoded"] = encode && !request.body.empty();
    return base::to_text(event);
}

std::string authorizer_event_json(const HttpRequest& request, std::string_view route_arn,
                                  const std::vector<std::string>& identity, std::string_view request_id,
                                  base::TimePoint now) {
    json event = event_of(request, request_id, now);
    event["type"] = "REQUEST";
    event["routeArn"] = route_arn;
    event["identitySource"] = identity;
    return base::to_text(event);
}

}  // namespace faasd::model
