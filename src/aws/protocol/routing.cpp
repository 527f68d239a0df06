#include "aws/protocol/routing.hpp"

#include <array>
#include <utility>

#include "aws/protocol/query_string.hpp"
#include "base/text.hpp"

namespace faasd::aws {
namespace {

struct TargetPrefix {
    std::string_view prefix;
    Service service;
};
constexpr std::array kTargets{
    TargetPrefix{"AmazonSQS", Service::sqs},
    TargetPrefix{"DynamoDB_20120810", Service::dynamodb},
    TargetPrefix{"DynamoDBStreams_20120810", Service::dynamodb_streams},
};

constexpr std::array kScopes{
    std::pair<std::string_view, Service>{"sqs", Service::sqs},
    std::pair<std::string_view, Service>{"s3", Service::s3},
    std::pair<std::string_view, Service>{"dynamodb", Service::dynamodb},
    std::pair<std::string_view, Service>{"sts", Service::sts},
    std::pair<std::string_view, Service>{"lambda", Service::lambda},
};

Protocol protocol_of(Service service) {
    switch (service) {
        case Service::sqs:
        case Service::sts: return Protocol::query;
        case Service::s3: return Protocol::rest_xml;
        case Service::lambda: return Protocol::rest_json;
        default: return Protocol::json_1_0;
    }
}

Target of(Service service, std::string operation = {}) {
    return {service, protocol_of(service), std::move(operation), {}};
}

std::optional<Target> by_target(const model::HttpRequest& request) {
    const auto header = request.header("x-amz-target");
    if (!header) return std::nullopt;
    const std::size_t dot = header->rfind('.');
    const std::string_view prefix = header->substr(0, dot);
    const std::string operation(dot == std::string_view::npos ? std::string_view{} : header->substr(dot + 1));
    for (const TargetPrefix& known : kTargets)
        if (prefix == known.prefix) return Target{known.service, Protocol::json_1_0, operation, {}};
    return Target{Service::sqs, Protocol::json_1_0, operation, std::string(prefix)};
}

// sts.AssumeRole… are the only query operations besides SQS's.
bool is_sts(std::string_view action) {
    return action == "GetCallerIdentity" || action == "GetSessionToken" || action.starts_with("AssumeRole") ||
           action == "GetFederationToken" || action == "GetAccessKeyInfo" || action == "DecodeAuthorizationMessage";
}

}  // namespace

bool is_bucket_host(std::string_view host) {
    const std::string lower = base::to_lower(host);
    return lower.find(".s3.") != std::string::npos || lower.find(".s3-") != std::string::npos;
}

bool has_form(const model::HttpRequest& request) {
    if (request.method != "POST") return false;  // curl --upload-file or --data-binary to an object says that it sends one
    const auto type = request.header("content-type");
    return type && type->starts_with("application/x-www-form-urlencoded");
}

Target route(const model::HttpRequest& request, const std::optional<Authorization>& authorization,
             std::string_view form) {
    if (auto target = by_target(request)) return std::move(*target);
    auto action = parameter(request.raw_query, "Action");
    if (!action) action = parameter(form, "Action");
    if (authorization && !authorization->service.empty()) {
        for (const auto& [name, service] : kScopes)
            if (authorization->service == name)
                return of(service, service == Service::sqs || service == Service::sts ? action.value_or("") : "");
        return {Service::s3, Protocol::query, action.value_or(""), std::string(authorization->service)};
    }
    if (action) return of(is_sts(*action) ? Service::sts : Service::sqs, *action);
    if (request.raw_path.starts_with("/2015-03-31/")) return of(Service::lambda);
    const std::string host = base::to_lower(request.host);
    if (host.starts_with("sqs.") || host.find(".queue.") != std::string::npos) return of(Service::sqs);
    if (host.starts_with("sts.")) return of(Service::sts);
    if (host.starts_with("lambda.")) return of(Service::lambda);
    return of(Service::s3);
}

}  // namespace faasd::aws
