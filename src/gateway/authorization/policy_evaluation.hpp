// What a policy document says about one request.
#pragma once

#include <string>
#include <string_view>

#include "model/http.hpp"
#include "model/policy.hpp"

namespace faasd::gateway {

enum class PolicyDecision { implicit_deny, allow, explicit_deny };

// A request as policies see it. Views point into the request.
struct PolicySubject {
    std::string arn;  // arn:aws:execute-api:…:faasd/$default/GET/products/1
    std::string_view source_ip, user_agent, referer;
};

// The path is decoded, so that no spelling of it escapes a pattern; a '/' within a segment stays %2F. `method`: of the
// route, where it has one, so that HEAD is judged as the GET that answers it.
[[nodiscard]] PolicySubject subject_of(const model::HttpRequest& request, std::string_view method);

// "Policy evaluation logic", IAM user guide: an explicit deny wins, then an allow; nothing said is a deny. Principals
// are looked at where `anonymous`, and "*" alone is everybody. Plain function, thread-safe.
[[nodiscard]] PolicyDecision evaluate(const model::PolicyDocument& policy, const PolicySubject& subject,
                                      bool anonymous = false);

}  // namespace faasd::gateway
