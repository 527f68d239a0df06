#include "gateway/function_handler.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "base/text.hpp"
#include "gateway/authorization/guard.hpp"
#include "gateway/cors.hpp"
#include "gateway/outcome_response.hpp"
#include "gateway/proxy/body_sink.hpp"
#include "gateway/proxy/dispatcher.hpp"
#include "gateway/response_head.hpp"
#include "gateway/router.hpp"

namespace faasd::gateway {
namespace {

constexpr std::string_view kAllMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

// RFC 9110 section 9 and RFC 5789: any other is not implemented here, rather than not allowed.
bool is_known_method(std::string_view method) {
    constexpr std::array<std::string_view, 8> known{"GET",    "HEAD",    "POST",  "PUT",
                                                    "DELETE", "OPTIONS", "TRACE", "PATCH"};
    return std::find(known.begin(), known.end(), method) != known.end();
}

// What the router adds to a request, and the request's own memory.
struct RoutedMemory {
    std::shared_ptr<const void> request;
    std::shared_ptr<const FunctionHandler::Table> table;
    std::string path;
    std::vector<std::string> values;
    std::vector<model::HttpField> fields;
};

void route_to(const Route& route, const Router::Match& match, std::shared_ptr<const FunctionHandler::Table> table,
              model::HttpRequest& request) {
    auto memory = std::make_shared<RoutedMemory>();
    memory->values.reserve(match.values.size());
    memory->fields.reserve(match.values.size());
    for (std::size_t i = 0; i < match.values.size(); ++i) {
        memory->values.push_back(base::percent_decode(match.values[i]).value_or(std::string(match.values[i])));
        memory->fields.push_back({route.parameters[i], memory->values.back()});
    }
    if (request.raw_path.find('%') != std::string_view::npos) {
        memory->path = base::percent_decode(request.raw_path).value_or(std::string(request.raw_path));
        request.path = memory->path;
    }
    request.route_key = route.key;
    request.path_parameters = {memory->fields.data(), memory->fields.size()};
    memory->request = std::move(request.owner);
    memory->table = std::move(table);
    request.owner = std::move(memory);
}

}  // namespace

struct FunctionHandler::Table {
    Table(const model::App& app, const Table* before, IoContextLoop* loop, model::Invoker& invoker,
          const base::Clock& clock)
        : router(app.routes), targets(app, before ? &before->targets : nullptr, loop, invoker),
          guard(app, invoker, clock), cors(app.cors), max_body(app.http.max_body) {}

    // Where the route leads beyond one function, or nothing.
    [[nodiscard]] const RouteTargets* targets_of(const Route& route) const {
        return targets.of(static_cast<std::size_t>(&route - router.routes().data()));
    }

    Router router;
    Targets targets;
    Guard guard;
    std::optional<model::CorsPolicy> cors;
    std::uint64_t max_body;

    // The answer that needs no function, or nothing.
    [[nodiscard]] std::optional<model::HttpResponse> answer_without_function(const model::HttpRequest& request,
                                                                             const Router::Match& match) const;
};

std::optional<model::HttpResponse> FunctionHandler::Table::answer_without_function(const model::HttpRequest& request,
                                                                                   const Router::Match& match) const {
    if (cors && is_preflight(request)) return answer_preflight(*cors, request);
    if (match.kind == Router::Match::Kind::found && guard.is_open()) return std::nullopt;
    model::HttpResponse response;
    if (match.kind == Router::Match::Kind::found) {
        auto refusal = guard.refuse(request, *match.route);
        if (!refusal) return std::nullopt;
        response = std::move(*refusal);
    } else if (request.raw_path == "*") {
        response.status = 204;
        response.headers.emplace_back("Allow", kAllMethods);
    } else if (match.kind == Router::Match::Kind::bad_path) {
        response = refusal_response(400, "the path has a % that two hexadecimal digits do not follow");
    } else if (match.kind == Router::Match::Kind::not_found) {
        response = refusal_response(404, "no route matches " + std::string(request.raw_path));
    } else if (request.method == "OPTIONS") {
        response.status = 204;
        response.headers.emplace_back("Allow", match.allow);
    } else if (!is_known_method(request.method)) {
        response = refusal_response(501, "the method is not known");
    } else {
        response = refusal_response(405, "the path allows " + match.allow);
        response.headers.emplace_back("Allow", match.allow);
    }
    if (cors) add_cors_fields(*cors, request, response);
    return response;
}

FunctionHandler::FunctionHandler(model::Invoker& invoker, const base::Clock& clock)
    : invoker_(invoker), clock_(clock), table_(std::make_shared<Table>(model::App{}, nullptr, nullptr, invoker, clock)) {}
FunctionHandler::~FunctionHandler() = default;

void FunctionHandler::update(const model::App& app) {
    const auto before = table();
    auto next = std::make_shared<Table>(app, before.get(), loop_, invoker_, clock_);
    const std::lock_guard lock(mutex_);
    table_ = std::move(next);
}

std::shared_ptr<const FunctionHandler::Table> FunctionHandler::table() const {
    const std::lock_guard lock(mutex_);
    return table_;
}

model::BodyPlan FunctionHandler::plan(const model::HttpRequest& head) {
    const auto now = table();
    model::BodyPlan plan;
    plan.limit = now->max_body;
    const auto match = now->router.match(head.method, head.raw_path);
    if (auto answer = now->answer_without_function(head, match)) {
        plan.mode = model::BodyPlan::Mode::refuse;
        plan.refusal = std::move(*answer);
    } else if (const RouteTargets* const targets = now->targets_of(*match.route); targets && targets->streams) {
        plan.mode = model::BodyPlan::Mode::stream;
        plan.limit = std::numeric_limits<std::uint64_t>::max();
    }
    return plan;
}

std::vector<UpstreamStatus> FunctionHandler::upstreams() const { return table()->targets.upstreams(); }
std::vector<ShadowStatus> FunctionHandler::shadows() const { return table()->targets.shadows(); }

void FunctionHandler::handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                             std::unique_ptr<model::HttpResponder> responder) {
    const auto now = table();
    const auto match = now->router.match(request.method, request.raw_path);
    // The table may have changed since the plan was made.
    if (auto answer = now->answer_without_function(request, match)) return responder->respond(std::move(*answer));
    const Route& route = *match.route;
    route_to(route, match, now, request);
    if (now->guard.asks(route)) return ask_first(now, route, std::move(request), std::move(stream), std::move(responder));
    invoke(now, route, {}, std::move(request), std::move(stream), std::move(responder));
}

void FunctionHandler::ask_first(std::shared_ptr<const Table> now, const Route& route, model::HttpRequest request,
                                std::unique_ptr<model::HttpBodyStream> stream,
                                std::unique_ptr<model::HttpResponder> responder) {
    struct Asked {
        model::HttpRequest request;
        std::unique_ptr<model::HttpBodyStream> stream;
        std::unique_ptr<model::HttpResponder> responder;
        std::string trace = base::random_uuid();  // of the authorizer's call and the function's
    };
    struct AllowedMemory {
        std::shared_ptr<const void> request;
        std::shared_ptr<const AuthorizerAnswer> answer;
    };
    auto asked = std::make_shared<Asked>(Asked{std::move(request), std::move(stream), std::move(responder)});
    now->guard.ask(asked->request, route, asked->trace,
                   [this, now, &route, asked](Guard::Verdict verdict) -> Guard::Next {
                       if (verdict.refusal) {
                           if (now->cors) add_cors_fields(*now->cors, asked->request, *verdict.refusal);
                           asked->responder->respond(std::move(*verdict.refusal));
                           return {};
                       }
                       asked->request.authorization = &verdict.answer->authorization;
                       asked->request.owner = std::make_shared<AllowedMemory>(
                           AllowedMemory{std::move(asked->request.owner), std::move(verdict.answer)});
                       return [this, now, &route, asked] {
                           invoke(now, route, asked->trace, std::move(asked->request), std::move(asked->stream),
                                  std::move(asked->responder));
                       };
                   });
}

void FunctionHandler::send_on(Dispatched dispatched, const std::shared_ptr<const Table>& now, const Route& route) {
    if (!dispatched.targets) {
        // The route led to an upstream when it was decided how the body is read, and leads to a function now.
        auto plain = std::make_shared<RouteTargets>();
        plain->route.method = route.method;
        plain->route.path = route.path;
        plain->route.function = route.function;
        plain->max_body = now->max_body;
        dispatched.targets = plain.get();
        dispatched.keeps = std::move(plain);
    }
    if (now->cors)
        dispatched.finish = [now, request = dispatched.request](model::HttpResponse& response) {
            add_cors_fields(*now->cors, request, response);
        };
    dispatch(std::move(dispatched));
}

void FunctionHandler::invoke(std::shared_ptr<const Table> now, const Route& route, std::string trace,
                             model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                             std::unique_ptr<model::HttpResponder> responder) {
    if (const RouteTargets* const targets = now->targets_of(route); targets || stream)
        return send_on({now, targets, loop_, &invoker_, std::move(trace), std::move(request), std::move(stream),
                        std::move(responder), {}},
                       now, route);
    model::Invocation invocation;
    invocation.function = route.function;
    invocation.cause.kind = model::CauseKind::http;
    invocation.cause.source = route.key;
    invocation.cause.trace = std::move(trace);
    invocation.admission = model::Admission::reject;
    if (!now->cors) {
        invocation.event = std::move(request);
        invoker_.invoke(std::move(invocation), [answer = std::move(responder)](model::Outcome outcome) {
            answer->respond(response_of(std::move(outcome)));
        });
        return;
    }
    auto copy = std::make_unique<model::HttpRequest>(request);  // keeps the memory of its views
    invocation.event = std::move(request);
    invoker_.invoke(std::move(invocation),
                    [now, copy = std::move(copy), answer = std::move(responder)](model::Outcome outcome) {
                        auto response = response_of(std::move(outcome));
                        add_cors_fields(*now->cors, *copy, response);
                        answer->respond(std::move(response));
                    });
}

}  // namespace faasd::gateway
