#include "model/policy.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace faasd::model {
namespace {

constexpr std::array<std::string_view, 9> kConditionOperators{
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
    "StringNotLike", "IpAddress", "NotIpAddress", "Bool"};
constexpr std::array<std::string_view, 4> kKeys{"aws:SourceIp", "aws:UserAgent", "aws:Referer",
                                                "aws:SecureTransport"};
constexpr std::string_view kIfExists = "IfExists";
constexpr std::string_view kShortForm = "execute-api:/";

// Takes the first five parts off both, and says whether they match.
bool match_head(std::string_view& pattern, std::string_view& arn) {
    for (int part = 0; part < 5; ++part) {
        const std::size_t of_pattern = pattern.find(':'), of_arn = arn.find(':');
        if (of_pattern == std::string_view::npos || of_arn == std::string_view::npos) return false;
        if (!wildcard_match(pattern.substr(0, of_pattern), arn.substr(0, of_arn))) return false;
        pattern.remove_prefix(of_pattern + 1);
        arn.remove_prefix(of_arn + 1);
    }
    return true;
}

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '*' || c == '?';
    });
}

}  // namespace

bool parse_condition_operator(std::string_view name, PolicyCondition& into) {
    into.if_exists = name.ends_with(kIfExists);
    if (into.if_exists) name.remove_suffix(kIfExists.size());
    const auto found = std::find(kConditionOperators.begin(), kConditionOperators.end(), name);
    if (found == kConditionOperators.end()) return false;
    into.test = static_cast<ConditionOperator>(found - kConditionOperators.begin());
    return true;
}

std::span<const std::string_view> condition_operators() { return kConditionOperators; }
std::span<const std::string_view> condition_keys() { return kKeys; }

std::optional<std::string> action_problem(std::string_view action) {
    if (action == "*") return std::nullopt;
    const std::size_t colon = action.find(':');
    if (colon == std::string_view::npos || !is_word(action.substr(0, colon)) || !is_word(action.substr(colon + 1)))
        return "is no action: one is written execute-api:Invoke, and may have * and ?";
    return std::nullopt;
}

std::optional<std::string> resource_problem(std::string_view resource) {
    if (resource.find("${") != std::string_view::npos) return "has a policy variable, which faasd does not know";
    if (resource == "*" || resource.starts_with(kShortForm)) return std::nullopt;
    if (!resource.starts_with("arn:") || std::count(resource.begin(), resource.end(), ':') < 5)
        return "is no resource: one is *, execute-api:/STAGE/METHOD/path, or "
               "arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path, each part of which may be *";
    return std::nullopt;
}

bool may_be_of_this_api(std::string_view resource) {
    if (resource == "*" || resource.starts_with(kShortForm)) return true;
    std::string_view pattern = resource, arn = kApiArn;
    if (!match_head(pattern, arn)) return false;
    return wildcard_match(pattern.substr(0, pattern.find('/')), arn);
}

bool resource_matches(std::string_view pattern, std::string_view arn) {
    if (pattern == "*") return true;
    if (pattern.starts_with(kShortForm))
        return arn.starts_with(kApiArn) &&
               wildcard_match(pattern.substr(kShortForm.size() - 1), arn.substr(kApiArn.size()));
    return match_head(pattern, arn) && wildcard_match(pattern, arn);
}

std::optional<std::string> condition_value_problem(const PolicyCondition& condition, std::string_view value) {
    switch (condition.test) {
        case ConditionOperator::ip_address:
        case ConditionOperator::not_ip_address:
            if (!parse_address_block(value)) return "is neither an IP address nor a block of them like 192.0.2.0/24";
            break;
        case ConditionOperator::boolean:
            if (value != "true" && value != "false") return "is neither true nor false";
            break;
        default:
            if (value.find("${") != std::string_view::npos) return "has a policy variable, which faasd does not know";
    }
    return std::nullopt;
}

bool wildcard_match(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, retry = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

}  // namespace faasd::model
