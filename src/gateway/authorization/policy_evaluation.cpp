#include "gateway/authorization/policy_evaluation.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "model/http_event_json.hpp"

namespace faasd::gateway {
namespace {

using model::ConditionOperator;

void append_decoded(std::string& out, std::string_view raw_path) {
    while (!raw_path.empty()) {
        const std::string_view segment = raw_path.substr(0, raw_path.find('/', 1));
        raw_path.remove_prefix(segment.size());
        out += '/';
        const std::string_view name = segment.starts_with('/') ? segment.substr(1) : segment;
        for (const char c : base::percent_decode(name).value_or(std::string(name))) {
            if (c == '/')
                out += "%2F";
            else
                out += c;
        }
    }
}

std::optional<std::string_view> value_of(std::string_view key, const PolicySubject& subject) {
    const auto unless_empty = [](std::string_view value) {
        return value.empty() ? std::nullopt : std::optional(value);
    };
    if (base::iequals(key, "aws:SourceIp")) return unless_empty(subject.source_ip);
    if (base::iequals(key, "aws:UserAgent")) return unless_empty(subject.user_agent);
    if (base::iequals(key, "aws:Referer")) return unless_empty(subject.referer);
    if (base::iequals(key, "aws:SecureTransport")) return "false";
    return std::nullopt;
}

bool in_block(std::string_view block, std::string_view address) {
    const auto outer = model::parse_address_block(block), inner = model::parse_address_block(address);
    return outer && inner && outer->contains(*inner);
}

bool holds(const model::PolicyCondition& condition, const PolicySubject& subject) {
    const auto value = value_of(condition.key, subject);
    if (!value && condition.if_exists) return true;
    const auto any = [&](auto&& matches) {
        return value && std::any_of(condition.values.begin(), condition.values.end(),
                                    [&](const std::string& wanted) { return matches(wanted, *value); });
    };
    const auto equal = [](std::string_view a, std::string_view b) { return a == b; };
    switch (condition.test) {
        case ConditionOperator::string_equals:
        case ConditionOperator::boolean: return any(equal);
        case ConditionOperator::string_not_equals: return !any(equal);
        case ConditionOperator::string_equals_ignore_case: return any(base::iequals);
        case ConditionOperator::string_not_equals_ignore_case: return !any(base::iequals);
        case ConditionOperator::string_like: return any(model::wildcard_match);
        case ConditionOperator::string_not_like: return !any(model::wildcard_match);
        case ConditionOperator::ip_address: return any(in_block);
        case ConditionOperator::not_ip_address: return !any(in_block);
    }
    return false;
}

bool is_about(const model::PolicyStatement& statement, const PolicySubject& subject, bool anonymous) {
    const auto any = [](const std::vector<std::string>& patterns, auto&& matches) {
        return std::any_of(patterns.begin(), patterns.end(), matches);
    };
    if (anonymous && !any(statement.principals, [](const std::string& who) { return who == "*"; })) return false;
    if (any(statement.actions, [](const std::string& action) {
            return model::wildcard_match(base::to_lower(action), base::to_lower(model::kInvokeAction));
        }) == statement.not_action)
        return false;
    if (any(statement.resources, [&](const std::string& resource) {
            return model::resource_matches(resource, subject.arn);
        }) == statement.not_resource)
        return false;
    return std::all_of(statement.conditions.begin(), statement.conditions.end(),
                       [&](const auto& condition) { return holds(condition, subject); });
}

}  // namespace

PolicySubject subject_of(const model::HttpRequest& request, std::string_view method) {
    PolicySubject subject;
    subject.arn.append(model::kApiArn).append("/$default/").append(method);
    append_decoded(subject.arn, request.raw_path);
    subject.source_ip = model::source_ip(request);
    subject.user_agent = request.header("user-agent").value_or("");
    subject.referer = request.header("referer").value_or("");
    return subject;
}

PolicyDecision evaluate(const model::PolicyDocument& policy, const PolicySubject& subject, bool anonymous) {
    PolicyDecision decision = PolicyDecision::implicit_deny;
    for (const model::PolicyStatement& statement : policy.statements) {
        if (!is_about(statement, subject, anonymous)) continue;
        if (!statement.allow) return PolicyDecision::explicit_deny;
        decision = PolicyDecision::allow;
    }
    return decision;
}

}  // namespace faasd::gateway
