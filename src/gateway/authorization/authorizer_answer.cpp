#include "gateway/authorization/authorizer_answer.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "gateway/authorization/policy_document.hpp"

namespace faasd::gateway {
namespace {

using nlohmann::json;

base::Error wrong(std::string what) { return {std::make_error_code(std::errc::invalid_argument), std::move(what)}; }

base::Result<> read_context(const json& answer, model::Authorization& into) {
    into.context_json = "{}";
    const auto context = answer.find("context");
    if (context == answer.end() || context->is_null()) return {};
    if (!context->is_object()) return wrong("context is not an object");
    into.context_json = context->dump(-1, ' ', false, json::error_handler_t::replace);
    for (const auto& [name, value] : context->items())
        into.context.emplace_back(name, value.is_string()
                                            ? value.get<std::string>()
                                            : base::to_text(value));
    return {};
}

}  // namespace

PolicyDecision AuthorizerAnswer::decide(const PolicySubject& subject) const {
    if (policy) return evaluate(*policy, subject);
    return is_authorized ? PolicyDecision::allow : PolicyDecision::explicit_deny;
}

base::Result<AuthorizerAnswer> parse_authorizer_answer(std::string_view text) {
    if (text.size() > kMaxAnswerBytes)
        return wrong("it has " + std::to_string(text.size()) + " bytes, more than the " +
                     std::to_string(kMaxAnswerBytes) + " that API Gateway takes");
    const json answer = base::parse_json(text);
    if (!answer.is_object()) return wrong("it is no JSON object");
    const auto simple = answer.find("isAuthorized"), document = answer.find("policyDocument");
    if (simple == answer.end() && document == answer.end())
        return wrong("it has neither isAuthorized nor policyDocument");
    if (simple != answer.end() && document != answer.end())
        return wrong("it has both isAuthorized and policyDocument: give one of them");
    AuthorizerAnswer out;
    if (simple != answer.end()) {
        if (!simple->is_boolean()) return wrong("isAuthorized is neither true nor false");
        out.is_authorized = simple->get<bool>();
    } else {
        const auto principal = answer.find("principalId");
        if (principal == answer.end() || !principal->is_string() || principal->get_ref<const std::string&>().empty())
            return wrong("principalId is missing: a policy comes with the name of the caller");
        out.authorization.principal_id = principal->get<std::string>();
        auto policy = parse_policy_document(*document);
        if (policy.has_error()) return wrong("policyDocument: " + policy.error().message);
        out.policy = std::move(*policy);
    }
    if (auto context = read_context(answer, out.authorization); context.has_error()) return context.error();
    return out;
}

}  // namespace faasd::gateway
