#include "gateway/authorization/authorizer.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "base/random.hpp"
#include "model/http_event_json.hpp"

namespace faasd::gateway {

Authorizer::Authorizer(model::AuthorizerDefinition definition, model::Invoker& invoker, const base::Clock& clock)
    : definition_(std::move(definition)), invoker_(invoker), clock_(clock), cache_(definition_.cache_ttl) {}

void Authorizer::ask(const Identity& identity, const model::HttpRequest& request, std::string_view arn,
                     const std::string& trace, Judge judge) {
    if (definition_.cache_ttl <= base::Duration::zero())
        return call(identity, request, arn, trace, [judge = std::move(judge)](const Reply& reply) mutable {
            if (auto next = judge(reply)) next();
        });
    const std::string key = cache_key(identity);
    std::unique_lock lock(mutex_);
    if (auto kept = cache_.find(key, clock_.now())) {
        lock.unlock();
        if (auto next = judge({std::move(kept), false, {}, {}})) next();
        return;
    }
    const auto [waiting, first] = waiting_.try_emplace(key);
    waiting->second.push_back(std::move(judge));
    lock.unlock();
    if (first) call(identity, request, arn, trace, [this, key](const Reply& reply) { on_reply(key, reply); });
}

void Authorizer::call(const Identity& identity, const model::HttpRequest& request, std::string_view arn,
                      const std::string& trace, base::UniqueFunction<void(const Reply&)> done) {
    model::Invocation invocation;
    invocation.request_id = base::random_uuid();
    invocation.function = definition_.function;
    invocation.cause.kind = model::CauseKind::http;
    invocation.cause.source = "authorizer " + definition_.name + " of " + std::string(request.route_key);
    invocation.cause.trace = trace;
    invocation.admission = model::Admission::reject;
    invocation.event =
        model::Payload{model::authorizer_event_json(request, arn, identity, invocation.request_id, clock_.now())};
    invoker_.invoke(std::move(invocation), [self = shared_from_this(), route = std::string(request.route_key),
                                            done = std::move(done)](model::Outcome outcome) mutable {
        const Reply reply = self->reply_of(std::move(outcome));
        if (!reply.answer)
            spdlog::warn("authorizer {} could not decide about {} [{}]: {}", self->definition_.name, route,
                         reply.request_id, reply.error.message);
        done(reply);
    });
}

Authorizer::Reply Authorizer::reply_of(model::Outcome outcome) const {
    Reply reply;
    reply.request_id = outcome.request_id;
    const std::string who = "function " + definition_.function;
    if (outcome.status != model::OutcomeStatus::success) {
        reply.shutting_down = outcome.status == model::OutcomeStatus::shutting_down;
        reply.error = std::move(outcome.error);
        if (reply.error.type.empty()) reply.error.type = to_string(outcome.status);
        reply.error.message = who + ": " +
                              (reply.error.message.empty() ? std::string(to_string(outcome.status))
                                                           : std::move(reply.error.message));
        return reply;
    }
    const auto* payload = std::get_if<model::Payload>(&outcome.response);
    auto answer = payload ? parse_authorizer_answer(payload->json)
                          : base::Result<AuthorizerAnswer>(base::Error(
                                std::make_error_code(std::errc::invalid_argument), "it is an HTTP response"));
    if (answer) {
        reply.answer = std::make_shared<const AuthorizerAnswer>(std::move(*answer));
    } else {
        reply.error = {"InvalidAuthorizerAnswer",
                       who + " gave an answer that decides nothing: " + answer.error().message};
    }
    return reply;
}

void Authorizer::on_reply(const std::string& key, const Reply& reply) {
    std::unique_lock lock(mutex_);
    if (reply.answer) cache_.keep(key, reply.answer, clock_.now());
    const auto found = waiting_.find(key);
    std::vector<Judge> judges = std::move(found->second);
    waiting_.erase(found);
    lock.unlock();
    // What comes next may run functions on this thread, after which nothing here may touch a connection.
    std::vector<Next> allowed;
    for (Judge& judge : judges)
        if (auto next = judge(reply)) allowed.push_back(std::move(next));
    for (Next& next : allowed)
        next();
}

}  // namespace faasd::gateway
