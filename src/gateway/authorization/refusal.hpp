// The answers to requests that may not pass, in API Gateway's words; and the reason, since whoever reads it here is
// the author.
#pragma once

#include "gateway/authorization/authorizer.hpp"
#include "gateway/authorization/policy_evaluation.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

// 401: an identity source is missing.
[[nodiscard]] model::HttpResponse unauthorized_response(const model::AuthorizerDefinition& authorizer);
// 403 by the app's policy.
[[nodiscard]] model::HttpResponse policy_refusal(PolicyDecision decision, const PolicySubject& subject);
// 403 by the authorizer.
[[nodiscard]] model::HttpResponse forbidden_response();
// 500, or 503 while the daemon shuts down: no answer came of the authorizer.
[[nodiscard]] model::HttpResponse undecided_response(const model::AuthorizerDefinition& authorizer,
                                                     const Authorizer::Reply& reply);

}  // namespace faasd::gateway
