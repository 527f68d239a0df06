#include "aws/s3/post_policy.hpp"

#include <nlohmann/json.hpp>

#include "aws/protocol/limited_json.hpp"
#include "aws/s3/document.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace faasd::aws::s3 {
namespace {

using nlohmann::json;

Refused invalid_policy(const std::string& why) {
    return Refused{Error{"InvalidPolicyDocument", 400, "Invalid Policy: " + why}};
}

Refused failed(const json& condition) {
    return Refused{access_denied("Invalid according to Policy: Policy Condition failed: " +
                                 base::to_text(condition))};
}

std::string field(const std::map<std::string, std::string>& fields, std::string name) {
    if (name.starts_with('$')) name.erase(0, 1);
    const auto found = fields.find(base::to_lower(name));
    return found == fields.end() ? std::string{} : found->second;
}

}  // namespace

SizeLimits check_policy(const std::string& policy, const std::map<std::string, std::string>& fields,
                        base::TimePoint now) {
    const auto decoded = base::base64_decode(policy);
    const json document = decoded ? parse_limited(*decoded) : json();
    if (!document.is_object()) throw invalid_policy("Invalid JSON.");
    const auto expiration = document.find("expiration");
    if (expiration == document.end() || !expiration->is_string())
        throw invalid_policy("Policy missing expiration.");
    const auto until = parse_time(expiration->get<std::string>());
    if (!until) throw invalid_policy("Invalid 'expiration' value: '" + expiration->get<std::string>() + "'");
    if (*until <= now) throw Refused{access_denied("Invalid according to Policy: Policy expired.")};
    const auto conditions = document.find("conditions");
    if (conditions == document.end() || !conditions->is_array())
        throw invalid_policy("Policy missing conditions.");
    SizeLimits limits;
    for (const json& condition : *conditions) {
        if (condition.is_object()) {
            for (const auto& [name, value] : condition.items())
                if (!value.is_string() || field(fields, name) != value.get<std::string>())
                    throw failed(json::array({"eq", "$" + name, value}));
            continue;
        }
        if (!condition.is_array() || condition.size() != 3 || !condition[0].is_string())
            throw invalid_policy("Invalid condition.");
        const std::string kind = base::to_lower(condition[0].get<std::string>());
        if (kind == "content-length-range") {
            if (!condition[1].is_number_unsigned() || !condition[2].is_number_unsigned())
                throw invalid_policy("Invalid condition.");
            limits = {condition[1].get<std::uint64_t>(), condition[2].get<std::uint64_t>()};
            continue;
        }
        if (!condition[1].is_string() || !condition[2].is_string())
            throw invalid_policy("Invalid condition.");
        const std::string value = field(fields, condition[1].get<std::string>()),
                          wanted = condition[2].get<std::string>();
        if (kind == "eq" ? value != wanted : kind == "starts-with" ? !value.starts_with(wanted) : true)
            throw failed(condition);
    }
    return limits;
}

}  // namespace faasd::aws::s3
