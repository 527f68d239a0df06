// Policy documents of AWS IAM, as far as API Gateway's resource policies and Lambda authorizers use them ("IAM JSON
// policy elements reference", IAM user guide; "Control access to a REST API with API Gateway resource policies").
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/address_block.hpp"

namespace faasd::model {

// What the one API of this daemon is called in ARNs.
inline constexpr std::string_view kApiArn = "arn:aws:execute-api:us-east-1:000000000000:faasd";
inline constexpr std::string_view kInvokeAction = "execute-api:Invoke";

enum class ConditionOperator {
    string_equals,
    string_not_equals,
    string_equals_ignore_case,
    string_not_equals_ignore_case,
    string_like,
    string_not_like,
    ip_address,
    not_ip_address,
    boolean,
};

struct PolicyCondition {
    ConditionOperator test{};
    bool if_exists = false;  // "...IfExists": true for a request that has no such key
    std::string key;         // "aws:SourceIp"; compared without case
    std::vector<std::string> values;
    bool operator==(const PolicyCondition&) const = default;
};

struct PolicyStatement {
    bool allow = false;         // Effect
    bool not_action = false;    // NotAction
    bool not_resource = false;  // NotResource
    std::string sid;
    std::vector<std::string> principals;  // of a resource policy: who it is about; "*" is everybody
    std::vector<std::string> actions;
    std::vector<std::string> resources;
    std::vector<PolicyCondition> conditions;  // all must hold
    bool operator==(const PolicyStatement&) const = default;
};

struct PolicyDocument {
    std::string version = "2012-10-17";
    std::vector<PolicyStatement> statements;
    bool operator==(const PolicyDocument&) const = default;
};

// The rules of a document's parts, for whoever reads one, from JSON or from YAML. A problem ends a sentence that
// begins with the part; nullopt: it is in order.
inline constexpr std::array<std::string_view, 2> kPolicyVersions{"2012-10-17", "2008-10-17"};
inline constexpr std::size_t kMaxPolicyBytes = 8192;  // API Gateway quotas

// "StringLike", "IpAddressIfExists": sets the operator and its suffix.
[[nodiscard]] bool parse_condition_operator(std::string_view name, PolicyCondition& into);
[[nodiscard]] std::span<const std::string_view> condition_operators();  // without the suffix
[[nodiscard]] std::span<const std::string_view> condition_keys();       // those that a request has here

[[nodiscard]] std::optional<std::string> action_problem(std::string_view action);
[[nodiscard]] std::optional<std::string> resource_problem(std::string_view resource);
// Whether a resource (in order) can be one of kApiArn: another region, account or API never matches.
[[nodiscard]] bool may_be_of_this_api(std::string_view resource);
[[nodiscard]] std::optional<std::string> condition_value_problem(const PolicyCondition& condition,
                                                                 std::string_view value);

// A resource pattern against an ARN. Of an ARN's first five parts each is matched alone, so that no '*' reaches across a
// colon there. "execute-api:/..." stands for this API's own resources.
[[nodiscard]] bool resource_matches(std::string_view pattern, std::string_view arn);

// '*' is any text, '?' any one character; `pattern` compares byte by byte.
[[nodiscard]] bool wildcard_match(std::string_view pattern, std::string_view text);

}  // namespace faasd::model
