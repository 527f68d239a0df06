// What an authorizer function answers, in either of the shapes that API Gateway knows.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "gateway/authorization/policy_evaluation.hpp"
#include "model/http.hpp"
#include "model/policy.hpp"

namespace faasd::gateway {

struct AuthorizerAnswer {
    bool is_authorized = false;                   // where there is no policy
    std::optional<model::PolicyDocument> policy;  // evaluated for each request anew
    model::Authorization authorization;

    [[nodiscard]] PolicyDecision decide(const PolicySubject& subject) const;
};

// "Control access to HTTP APIs with AWS Lambda authorizers", API Gateway developer guide; the shape is told by the
// answer: {"isAuthorized", "context"} or {"principalId", "policyDocument", "context"}. At most kMaxAnswerBytes. The error
// says what is wrong, for the function's author, and shows nothing of the answer's values but names and patterns.
[[nodiscard]] base::Result<AuthorizerAnswer> parse_authorizer_answer(std::string_view json);

inline constexpr std::size_t kMaxAnswerBytes = 8192;  // "Authorizer result size", quotas of API Gateway

}  // namespace faasd::gateway
