#include "gateway/authorization/refusal.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::gateway {
namespace {

using Json = nlohmann::ordered_json;

model::HttpResponse answer(unsigned status, const Json& body) {
    return model::HttpResponse::json(status, base::to_text(body) + '\n');
}

std::string written(const model::IdentitySource& source) {
    switch (source.kind) {
        case model::IdentitySource::Kind::header: return "header." + source.name;
        case model::IdentitySource::Kind::query: return "query." + source.name;
        case model::IdentitySource::Kind::cookie: return "cookie." + source.name;
        case model::IdentitySource::Kind::context: return "context." + source.name;
    }
    return source.name;
}

}  // namespace

model::HttpResponse unauthorized_response(const model::AuthorizerDefinition& authorizer) {
    std::string sources;
    for (const model::IdentitySource& source : authorizer.identity_sources)
        sources += (sources.empty() ? "" : ", ") + written(source);
    return answer(401, {{"message", "Unauthorized"},
                        {"errorMessage", "authorizer " + authorizer.name + " needs " + sources}});
}

model::HttpResponse policy_refusal(PolicyDecision decision, const PolicySubject& subject) {
    return answer(403, {{"message", "User: anonymous is not authorized to perform: execute-api:Invoke on resource: " +
                                        subject.arn +
                                        (decision == PolicyDecision::explicit_deny ? " with an explicit deny" : "")}});
}

model::HttpResponse forbidden_response() { return answer(403, {{"message", "Forbidden"}}); }

model::HttpResponse undecided_response(const model::AuthorizerDefinition& authorizer,
                                       const Authorizer::Reply& reply) {
    Json body{{"message", reply.shutting_down ? "Service Unavailable" : "Internal Server Error"},
              {"errorType", reply.error.type},
              {"errorMessage", "authorizer " + authorizer.name + ": " + reply.error.message}};
    if (!reply.request_id.empty()) body["requestId"] = reply.request_id;
    auto response = answer(reply.shutting_down ? 503 : 500, body);
    if (!reply.request_id.empty()) response.headers.emplace_back("x-faasd-request-id", reply.request_id);
    return response;
}

}  // namespace faasd::gateway
