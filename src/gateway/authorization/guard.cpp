#include "gateway/authorization/guard.hpp"

#include <utility>

#include "gateway/authorization/refusal.hpp"
#include "gateway/router.hpp"

namespace faasd::gateway {
namespace {

PolicySubject subject_of_route(const model::HttpRequest& request, const Route& route) {
    return subject_of(request, route.method == "ANY" ? request.method : std::string_view(route.method));
}

PolicyDecision together(PolicyDecision policy, PolicyDecision authorizer) {
    if (policy == PolicyDecision::explicit_deny || authorizer == PolicyDecision::explicit_deny)
        return PolicyDecision::explicit_deny;
    const bool allowed = policy == PolicyDecision::allow || authorizer == PolicyDecision::allow;
    return allowed ? PolicyDecision::allow : PolicyDecision::implicit_deny;
}

}  // namespace

Guard::Guard(const model::App& app, model::Invoker& invoker, const base::Clock& clock) : policy_(app.policy) {
    for (const model::RouteDefinition& route : app.routes) {
        if (route.authorizer.empty() || authorizers_.contains(route.authorizer)) continue;
        for (const model::AuthorizerDefinition& one : app.authorizers)
            if (one.name == route.authorizer)
                authorizers_.emplace(one.name, std::make_shared<Authorizer>(one, invoker, clock));
    }
}

bool Guard::asks(const Route& route) const { return !route.authorizer.empty(); }

std::optional<model::HttpResponse> Guard::refuse(const model::HttpRequest& request, const Route& route) const {
    if (policy_) {
        const PolicySubject subject = subject_of_route(request, route);
        const PolicyDecision decision = evaluate(*policy_, subject, true);
        if (decision == PolicyDecision::explicit_deny || (decision == PolicyDecision::implicit_deny && !asks(route)))
            return policy_refusal(decision, subject);
    }
    if (!asks(route)) return std::nullopt;
    const auto& definition = authorizers_.at(route.authorizer)->definition();
    if (identify(definition.identity_sources, request, route.key)) return std::nullopt;
    return unauthorized_response(definition);
}

void Guard::ask(const model::HttpRequest& request, const Route& route, const std::string& trace,
                base::UniqueFunction<Next(Verdict)> judged) const {
    const auto& authorizer = authorizers_.at(route.authorizer);
    const auto identity = identify(authorizer->definition().identity_sources, request, route.key);
    if (!identity) {
        if (auto next = judged({unauthorized_response(authorizer->definition()), nullptr})) next();
        return;
    }
    PolicySubject subject = subject_of_route(request, route);
    const PolicyDecision of_app = policy_ ? evaluate(*policy_, subject, true) : PolicyDecision::implicit_deny;
    // Copied: the views in it need not outlive this call.
    struct Kept {
        std::string arn, source_ip, user_agent, referer;
    };
    Kept kept{subject.arn, std::string(subject.source_ip), std::string(subject.user_agent),
              std::string(subject.referer)};
    const std::string arn = subject.arn;
    authorizer->ask(*identity, request, arn, trace,
                    [authorizer, of_app, kept = std::move(kept),
                     judged = std::move(judged)](const Authorizer::Reply& reply) mutable -> Next {
                        if (!reply.answer)
                            return judged({undecided_response(authorizer->definition(), reply), nullptr});
                        const PolicySubject about{kept.arn, kept.source_ip, kept.user_agent, kept.referer};
                        if (together(of_app, reply.answer->decide(about)) == PolicyDecision::allow)
                            return judged({std::nullopt, reply.answer});
                        return judged({forbidden_response(), nullptr});
                    });
}

}  // namespace faasd::gateway
