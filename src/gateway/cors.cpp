#include "gateway/cors.hpp"

#include <algorithm>
#include <chrono>

#include "base/text.hpp"

namespace faasd::gateway {
namespace {

bool contains(const std::vector<std::string>& values, std::string_view value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

std::string join(const std::vector<std::string>& values) {
    std::string text;
    for (const auto& value : values) text.append(text.empty() ? "" : ", ").append(value);
    return text;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

// Whether the answer depends on the origin; a cache has to know then.
bool varies(const model::CorsPolicy& policy) {
    return policy.allow_credentials || !contains(policy.allow_origins, "*");
}

// Sets Access-Control-Allow-Origin where the origin is allowed. With credentials it is never "*": browsers refuse
// that (Fetch, "CORS check").
bool add_origin(const model::CorsPolicy& policy, std::string_view origin, Headers& headers) {
    if (varies(policy)) headers.emplace_back("Vary", "Origin");
    const bool allowed = std::any_of(policy.allow_origins.begin(), policy.allow_origins.end(),
                                     [&](const auto& pattern) { return origin_matches(pattern, origin); });
    if (!allowed) return false;
    headers.emplace_back("Access-Control-Allow-Origin", varies(policy) ? std::string(origin) : "*");
    if (policy.allow_credentials) headers.emplace_back("Access-Control-Allow-Credentials", "true");
    return true;
}

// "*" is no wildcard for a request with credentials, so it is answered by what was asked for.
std::string allow_list(const std::vector<std::string>& allowed, std::optional<std::string_view> asked, bool credentials) {
    if (credentials && contains(allowed, "*")) return std::string(asked.value_or(""));
    return join(allowed);
}

}  // namespace

bool origin_matches(std::string_view pattern, std::string_view origin) {
    if (pattern == "*") return true;
    if (pattern.ends_with("://*")) {
        const auto scheme = pattern.substr(0, pattern.size() - 1);
        return origin.size() > scheme.size() && base::iequals(origin.substr(0, scheme.size()), scheme);
    }
    return base::iequals(pattern, origin);
}

bool is_preflight(const model::HttpRequest& request) {
    return request.method == "OPTIONS" && request.header("origin") && request.header("access-control-request-method");
}

model::HttpResponse answer_preflight(const model::CorsPolicy& policy, const model::HttpRequest& request) {
    model::HttpResponse response;
    response.status = 204;
    if (!add_origin(policy, request.header("origin").value_or(""), response.headers)) return response;
    const auto add = [&](const char* name, std::string value) {
        if (!value.empty()) response.headers.emplace_back(name, std::move(value));
    };
    const bool credentials = policy.allow_credentials;
    add("Access-Control-Allow-Methods",
        allow_list(policy.allow_methods, request.header("access-control-request-method"), credentials));
    add("Access-Control-Allow-Headers",
        allow_list(policy.allow_headers, request.header("access-control-request-headers"), credentials));
    if (policy.max_age)
        add("Access-Control-Max-Age",
            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*policy.max_age).count()));
    return response;
}

void add_cors_fields(const model::CorsPolicy& policy, const model::HttpRequest& request, model::HttpResponse& response) {
    std::erase_if(response.headers, [](const auto& field) {
        constexpr std::string_view prefix = "access-control-";
        return field.first.size() > prefix.size() && base::iequals(field.first.substr(0, prefix.size()), prefix);
    });
    const auto origin = request.header("origin");
    if (!origin) {
        if (varies(policy)) response.headers.emplace_back("Vary", "Origin");
        return;
    }
    if (add_origin(policy, *origin, response.headers) && !policy.expose_headers.empty())
        response.headers.emplace_back("Access-Control-Expose-Headers", join(policy.expose_headers));
}

}  // namespace faasd::gateway
