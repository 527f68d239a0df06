#include "aws/protocol/signature.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "aws/protocol/date_time.hpp"
#include "aws/protocol/hmac.hpp"
#include "aws/protocol/query_string.hpp"
#include "aws/protocol/temporary_key.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace faasd::aws {
namespace {

// S3 signs the path as it travels; everybody else encodes it once more.
std::string canonical_path(std::string_view path, bool s3) {
    if (path.empty()) return "/";
    if (!s3) return base::percent_encode(path, "/");
    const auto decoded = base::percent_decode(path);
    return decoded ? base::percent_encode(*decoded, "/") : std::string(path);
}

std::string canonical_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const std::string_view text = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(text.size() + 1, query.size()));
        if (text.empty()) continue;
        const std::size_t equals = text.find('=');
        const auto again = [](std::string_view part) {
            return base::percent_encode(base::percent_decode(part).value_or(std::string(part)));
        };
        std::string name = again(text.substr(0, equals));
        if (name == "X-Amz-Signature") continue;
        pairs.emplace_back(std::move(name),
                           equals == std::string_view::npos ? "" : again(text.substr(equals + 1)));
    }
    std::sort(pairs.begin(), pairs.end());
    std::string all;
    for (const auto& [name, value] : pairs)
        all.append(all.empty() ? "" : "&").append(name).append("=").append(value);
    return all;
}

// Without spaces at the ends, and one where there were several.
std::string collapsed(std::string_view value) {
    std::string out;
    for (const char c : value)
        if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string canonical_headers(const model::HttpRequest& request, std::string_view signed_headers) {
    std::string all;
    while (!signed_headers.empty()) {
        const std::string_view name = signed_headers.substr(0, signed_headers.find(';'));
        signed_headers.remove_prefix(std::min(name.size() + 1, signed_headers.size()));
        std::string values;
        for (const model::HttpField& field : request.headers)
            if (base::iequals(field.name, name))
                values.append(values.empty() ? "" : ",").append(collapsed(field.value));
        all.append(name).append(":").append(values).append("\n");
    }
    return all;
}

// "20261124T101530Z"
std::optional<base::TimePoint> parse_time(std::string_view text) {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
    return make_time(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2), digits(text, 9, 2),
                     digits(text, 11, 2), digits(text, 13, 2));
}

// The same refusal has another name in each family of services.
Error refused(const Target& target, std::string_view query_code, std::string_view json_code,
              std::string message) {
    const bool json = target.protocol == Protocol::json_1_0 || target.protocol == Protocol::rest_json;
    return {std::string(json ? json_code : query_code), json ? 400u : 403u, std::move(message)};
}

constexpr base::Duration kSkew = std::chrono::minutes{15};

std::string credential_scope(const Authorization& authorization) {
    std::string scope(authorization.date);
    scope.append("/")
        .append(authorization.region)
        .append("/")
        .append(authorization.service)
        .append("/aws4_request");
    return scope;
}

Error unknown_key() {
    return {"InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."};
}

}  // namespace

std::string signature_of(const model::HttpRequest& request, const Authorization& authorization,
                         std::string_view time, std::string_view secret, std::string_view payload) {
    std::string canonical(request.method);
    canonical.append("\n").append(canonical_path(request.raw_path, authorization.service == "s3"));
    canonical.append("\n").append(canonical_query(request.raw_query));
    canonical.append("\n").append(canonical_headers(request, authorization.signed_headers));
    canonical.append("\n").append(authorization.signed_headers).append("\n").append(payload);
    std::string to_sign = "AWS4-HMAC-SHA256\n";
    to_sign.append(time).append("\n").append(credential_scope(authorization)).append("\n");
    to_sign.append(base::sha256_hex(canonical));
    const std::string key =
        signing_key(secret, authorization.date, authorization.region, authorization.service);
    return base::to_hex(hmac_sha256(key, to_sign));
}

std::string SignatureCheck::secret_of(std::string_view access_key) const {
    if (const auto known = secrets_.find(access_key); known != secrets_.end()) return known->second;
    if (account_of_temporary_key(access_key)) return secret_of_temporary_key(access_key);
    return {};
}

std::optional<ChunkSignatures> SignatureCheck::chunks(
    const model::HttpRequest& request, const std::optional<Authorization>& authorization) const {
    const std::string_view payload = request.header("x-amz-content-sha256").value_or("");
    if (!authorization || !payload.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")) return std::nullopt;
    return ChunkSignatures(signing_key(secret_of(authorization->access_key), authorization->date,
                                       authorization->region, authorization->service),
                           std::string(request.header("x-amz-date").value_or("")),
                           credential_scope(*authorization), std::string(authorization->signature));
}

std::optional<Error> SignatureCheck::form_refusal(const std::map<std::string, std::string>& fields) const {
    const auto field = [&fields](const char* name) {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string() : found->second;
    };
    const std::string credential = field("x-amz-credential"), policy = field("policy");
    const auto authorization = read_credential(credential);
    if (!authorization || policy.empty()) return Error{"AccessDenied", 403, "Access Denied"};
    const std::string secret = secret_of(authorization->access_key);
    if (secret.empty()) return unknown_key();
    const std::string key =
        signing_key(secret, authorization->date, authorization->region, authorization->service);
    if (field("x-amz-algorithm") != "AWS4-HMAC-SHA256" ||
        field("x-amz-date").substr(0, 8) != authorization->date ||
        !are_same(base::to_hex(hmac_sha256(key, policy)), field("x-amz-signature")))
        return Error{"SignatureDoesNotMatch", 403, std::string(kSignatureMismatch)};
    return std::nullopt;
}

std::optional<Error> SignatureCheck::refusal(const model::HttpRequest& request,
                                             const std::optional<Authorization>& authorization,
                                             const Target& target, std::string_view body) const {
    const bool s3 = target.service == Service::s3;
    if (!authorization)
        return s3 ? Error{"AccessDenied", 403, "Access Denied"}
                  : refused(target, "MissingAuthenticationToken", "MissingAuthenticationTokenException",
                            "Request is missing Authentication Token");
    const std::string secret = secret_of(authorization->access_key);
    if (secret.empty())
        return s3 ? unknown_key()
                  : refused(target, "InvalidClientTokenId", "UnrecognizedClientException",
                            "The security token included in the request is invalid.");

    std::string time(request.header("x-amz-date").value_or(""));
    if (authorization->presigned) time = parameter(request.raw_query, "X-Amz-Date").value_or("");
    const auto at = parse_time(time);
    const auto mismatch = [&] {
        return refused(target, "SignatureDoesNotMatch", "InvalidSignatureException",
                       std::string(kSignatureMismatch));
    };
    if (!at || time.substr(0, 8) != authorization->date) return mismatch();
    std::string payload(request.header("x-amz-content-sha256").value_or(""));
    if (authorization->presigned && payload.empty()) payload = s3 ? "UNSIGNED-PAYLOAD" : base::sha256_hex("");
    if (payload.empty()) payload = base::sha256_hex(body);
    const std::string right = signature_of(request, *authorization, time, secret, payload);
    if (!are_same(right, authorization->signature)) return mismatch();

    const base::TimePoint now = clock_.now();
    if (authorization->presigned) {
        const std::string text = parameter(request.raw_query, "X-Amz-Expires").value_or("");
        std::int64_t valid = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), valid);
        if (failure != std::errc{} || end != text.data() + text.size() || valid < 1 || valid > 604800)
            return Error{"AuthorizationQueryParametersError", 400,
                         "X-Amz-Expires must be a number of seconds between 1 and 604800"};
        if (now > *at + std::chrono::seconds{valid}) return Error{"AccessDenied", 403, "Request has expired"};
        if (*at > now + kSkew) return Error{"AccessDenied", 403, "Request is not valid yet"};
        return std::nullopt;
    }
    if (now - *at > kSkew || *at - now > kSkew)
        return s3 ? Error{"RequestTimeTooSkewed", 403,
                          "The difference between the request time and the current time is too large."}
                  : refused(target, "SignatureDoesNotMatch", "InvalidSignatureException",
                            "Signature expired: " + time +
                                " is more than 15 minutes away from the time of the server");
    // What the signature promises of the body holds for the body. (S3 checks it while it streams.)
    if (!s3 && payload != "UNSIGNED-PAYLOAD" && payload != base::sha256_hex(body)) return mismatch();
    return std::nullopt;
}

}  // namespace faasd::aws
