#include "aws/protocol/authorization.hpp"

#include <algorithm>

#include "aws/protocol/query_string.hpp"
#include "aws/protocol/temporary_key.hpp"

namespace faasd::aws {
namespace {

std::string_view next_part(std::string_view& text, char separator) {
    const std::string_view part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

// AKID/20261124/us-east-1/sqs/aws4_request
bool read_scope(std::string_view credential, std::string_view separator, Authorization& into) {
    std::string_view* const parts[] = {&into.access_key, &into.date, &into.region, &into.service};
    for (std::string_view* part : parts) {
        const std::size_t end = credential.find(separator);
        if (end == std::string_view::npos) return false;
        *part = credential.substr(0, end);
        credential.remove_prefix(end + separator.size());
    }
    return credential == "aws4_request";
}

std::optional<Authorization> from_header(std::string_view value) {
    constexpr std::string_view scheme = "AWS4-HMAC-SHA256";
    if (!value.starts_with(scheme)) return std::nullopt;
    value.remove_prefix(scheme.size());
    Authorization found;
    std::string_view credential;
    while (!value.empty()) {
        std::string_view part = next_part(value, ',');
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        const std::string_view name = next_part(part, '=');
        if (name == "Credential") credential = part;
        if (name == "SignedHeaders") found.signed_headers = part;
        if (name == "Signature") found.signature = part;
    }
    if (!read_scope(credential, "/", found)) return std::nullopt;
    return found;
}

std::optional<Authorization> from_query(std::string_view query) {
    Authorization found;
    found.presigned = true;
    const auto credential = raw_parameter(query, "X-Amz-Credential");
    if (!credential) return std::nullopt;
    if (!read_scope(*credential, "%2F", found) && !read_scope(*credential, "/", found)) return std::nullopt;
    found.signed_headers = raw_parameter(query, "X-Amz-SignedHeaders").value_or("");
    found.signature = raw_parameter(query, "X-Amz-Signature").value_or("");
    return found;
}

}  // namespace

std::optional<Authorization> read_credential(std::string_view credential) {
    Authorization found;
    if (!read_scope(credential, "/", found)) return std::nullopt;
    return found;
}

std::optional<Authorization> find_authorization(const model::HttpRequest& request) {
    if (const auto header = request.header("authorization")) {
        if (auto found = from_header(*header)) return found;
    }
    return from_query(request.raw_query);
}

Scope scope_of(const std::optional<Authorization>& authorization) {
    Scope scope;
    if (!authorization) return scope;
    const std::string_view key = authorization->access_key;
    if (is_account(key)) scope.account = key;
    if (const auto account = account_of_temporary_key(key)) scope.account = *account;
    if (!authorization->region.empty()) scope.region = authorization->region;
    return scope;
}

}  // namespace faasd::aws
