#include "aws/protocol/call.hpp"

namespace faasd::aws {

std::string_view to_string(Service service) {
    switch (service) {
        case Service::sqs: return "sqs";
        case Service::s3: return "s3";
        case Service::dynamodb: return "dynamodb";
        case Service::dynamodb_streams: return "dynamodbstreams";
        case Service::sts: return "sts";
        case Service::lambda: return "lambda";
    }
    return "";
}

std::string Scope::engine_name(std::string_view name) const {
    return is_default() ? std::string(name) : account + '/' + region + '/' + std::string(name);
}

std::string_view Scope::own_name(std::string_view engine_name) const {
    if (is_default()) return engine_name.find('/') == std::string_view::npos ? engine_name : std::string_view{};
    const std::string prefix = account + '/' + region + '/';
    return engine_name.starts_with(prefix) ? engine_name.substr(prefix.size()) : std::string_view{};
}

std::string Scope::arn(std::string_view service, std::string_view resource) const {
    std::string text = "arn:aws:";
    return text.append(service).append(":").append(region).append(":").append(account).append(":").append(resource);
}

bool parse_arn(std::string_view text, Arn& into) {
    std::string_view* const parts[] = {&into.service, &into.region, &into.account};
    if (!text.starts_with("arn:aws:")) return false;
    text.remove_prefix(8);
    for (std::string_view* part : parts) {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) return false;
        *part = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    into.resource = text;
    return !text.empty();
}

}  // namespace faasd::aws
