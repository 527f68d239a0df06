#include "gateway/proxy/dispatcher.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "base/random.hpp"
#include "gateway/outcome_response.hpp"
#include "gateway/proxy/body_sink.hpp"
#include "gateway/proxy/choice.hpp"
#include "gateway/proxy/forwarding.hpp"
#include "gateway/proxy/transfer.hpp"
#include "gateway/proxy/tunnel.hpp"
#include "gateway/response_head.hpp"
#include "gateway/takeover.hpp"

namespace faasd::gateway {
namespace {

// A request that has been given a target, until it is answered. Everything that works on it shares it.
struct Journey {
    explicit Journey(Dispatched from) : d(std::move(from)) {}

    Dispatched d;
    std::string cookie;                  // a Set-Cookie value for the answer
    std::shared_ptr<Shadow::Copy> copy;  // where it is shadowed
    std::weak_ptr<Transfer> transfer;
    std::string body;                    // of a request to a function

    void answer(model::HttpResponse response) {
        if (auto shadow = std::exchange(copy, nullptr))
            copy_answer(response, d.request.method == "HEAD", std::move(shadow));
        if (!cookie.empty()) response.headers.emplace_back("Set-Cookie", cookie);
        if (d.finish) d.finish(response);
        d.responder->respond(std::move(response));
    }
    void refuse(unsigned status, const std::string& reason) {
        auto response = refusal_response(status, reason);
        if (status == 503) response.headers.emplace_back("Retry-After", "1");
        answer(std::move(response));
    }
    void refuse_and_log(unsigned status, const std::string& reason) {
        spdlog::warn("gateway: {} {} -> {}: {}", d.request.method, d.request.raw_path, status, reason);
        refuse(status, reason);
    }
};
using Shared = std::shared_ptr<Journey>;

std::string unhealthy(const Upstream& upstream) {
    const auto& definition = upstream.definition();
    const std::string reason = upstream.unhealthy_reason();
    return "upstream " + definition.name + " (" + definition.authority() + ") is unhealthy" +
           (reason.empty() ? "" : ": " + reason);
}

void take_answer(const Shared& journey, const std::shared_ptr<Upstream>& upstream, TransferAnswer answer) {
    if (const auto* failure = std::get_if<TransferFailure>(&answer))
        return journey->refuse_and_log(failure->status, failure->reason);
    if (auto* const response = std::get_if<model::HttpResponse>(&answer)) return journey->answer(std::move(*response));
    auto* const responder = dynamic_cast<ProxyResponder*>(journey->d.responder.get());
    if (!responder) return journey->refuse(501, "this connection cannot change its protocol");
    responder->take_over(make_tunnel(upstream, std::move(std::get<TransferUpgrade>(answer))));
}

void to_upstream(const Shared& journey, const std::shared_ptr<Upstream>& upstream) {
    if (!upstream->healthy()) return journey->refuse_and_log(503, unhealthy(*upstream));
    if (is_loop(journey->d.request))
        return journey->refuse_and_log(508, "the request has come back here again and again: upstream " +
                                                upstream->definition().name + " leads to this gateway");
    TransferRequest request;
    request.method = journey->d.request.method;
    request.head = upstream_request_head(journey->d.request, upstream->definition());
    request.body = body_of(journey->d.request);
    request.upgrade = upgrade_of(journey->d.request).has_value();
    if (request.body.framing != Framing::none) {
        // The route may have led to a function when it was decided how the body is read.
        request.stream = journey->d.stream ? std::move(journey->d.stream) : stream_of(journey->d.request.body);
        if (journey->copy) request.stream = copied(std::move(request.stream), journey->copy);
    }
    if (auto* const responder = dynamic_cast<ProxyResponder*>(journey->d.responder.get()))
        request.inform = [weak = std::weak_ptr(journey), responder](unsigned status, const FieldList& fields) {
            if (weak.lock()) responder->inform(status, fields);
        };
    journey->d.responder->on_disconnect([weak = std::weak_ptr(journey)] {
        const auto alive = weak.lock();
        if (!alive) return;
        if (const auto transfer = alive->transfer.lock()) cancel(*transfer);
    });
    journey->transfer = start_transfer(upstream, std::move(request), [journey, upstream](TransferAnswer answer) {
        take_answer(journey, upstream, std::move(answer));
    });
}

void invoke(const Shared& journey, const std::string& function) {
    model::Invocation invocation;
    invocation.function = function;
    invocation.cause.kind = model::CauseKind::http;
    invocation.cause.source = journey->d.targets->route.key();
    invocation.cause.trace = journey->d.trace;
    invocation.admission = model::Admission::reject;
    model::HttpRequest request = journey->d.request;
    if (!journey->body.empty()) request.body = journey->body;
    // The journey keeps the memory of the request that it was made from.
    request.owner = journey;
    invocation.event = std::move(request);
    if (journey->copy) {
        journey->copy->add_request(std::get<model::HttpRequest>(invocation.event).body);
        journey->copy->request_ended();
    }
    journey->d.invoker->invoke(std::move(invocation),
                               [journey](model::Outcome outcome) { journey->answer(response_of(std::move(outcome))); });
}

void to_function(const Shared& journey, const std::string& function) {
    const RequestBody body = body_of(journey->d.request);
    if (!journey->d.stream || body.framing == Framing::none) return invoke(journey, function);
    const std::uint64_t limit = journey->d.targets->max_body;
    if (body.length > limit) return journey->refuse(413, "the body is larger than the limit");
    collect_body(std::move(journey->d.stream), limit, [journey, function](base::Result<CollectedBody> collected) {
        if (!collected) {
            const unsigned status = collected.error().code == std::errc::timed_out ? 408 : 400;
            return journey->refuse(status, collected.error().message);
        }
        if (!collected->whole) return journey->refuse(413, "the body is larger than the limit");
        journey->body = std::move(collected->bytes);
        invoke(journey, function);
    });
}

// Why none of a split's targets can be used.
std::string none_usable(const RouteTargets& targets) {
    std::string reasons;
    for (const auto& one : targets.route.split) {
        const auto found = targets.upstreams.find(one.target);
        if (found == targets.upstreams.end() || found->second->healthy()) continue;
        reasons += (reasons.empty() ? "" : "; ") + unhealthy(*found->second);
    }
    return reasons.empty() ? "the route has no target that can be used" : reasons;
}

void start(const Shared& journey) {
    const RouteTargets& targets = *journey->d.targets;
    const auto upstream = [&](const std::string& name) -> std::shared_ptr<Upstream> {
        const auto found = targets.upstreams.find(name);
        return found == targets.upstreams.end() ? nullptr : found->second;
    };
    Choice choice = choose_target(
        targets.route, journey->d.request,
        [&](const std::string& name) {
            const auto found = upstream(name);
            return !found || found->healthy();
        },
        [] { return base::random_hex(16); });
    journey->cookie = std::move(choice.new_cookie);
    if (choice.target.empty()) return journey->refuse_and_log(503, none_usable(targets));
    if (targets.shadow) journey->copy = targets.shadow->copy(journey->d.request);
    if (const auto found = upstream(choice.target)) return to_upstream(journey, found);
    to_function(journey, choice.target);
}

}  // namespace

void dispatch(Dispatched request) {
    IoContextLoop& loop = *request.loop;
    auto journey = std::make_shared<Journey>(std::move(request));
    if (loop.on_loop()) return start(journey);
    loop.post([journey = std::move(journey)] { start(journey); });
}

}  // namespace faasd::gateway
