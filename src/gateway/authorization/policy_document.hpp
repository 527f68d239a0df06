// IAM policy documents in JSON, as an authorizer function returns them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"
#include "model/policy.hpp"

namespace faasd::gateway {

// Version, Statement (one or a list), each with Effect, Action or NotAction, Resource or NotResource, and perhaps Sid
// and Condition. Anything else is refused with its place: a policy that is only half understood allows too much.
[[nodiscard]] base::Result<model::PolicyDocument> parse_policy_document(const nlohmann::json& document);

}  // namespace faasd::gateway
