#include "gateway/function_handler.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "gateway/cors.hpp"
#include "gateway/outcome_response.hpp"
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
    Router router;
    std::optional<model::CorsPolicy> cors;
    std::uint64_t max_body = 0;

    // The answer that needs no function, or nothing.
    [[nodiscard]] std::optional<model::HttpResponse> answer_without_function(const model::HttpRequest& request,
                                                                             const Router::Match& match) const;
};

std::optional<model::HttpResponse> FunctionHandler::Table::answer_without_function(const model::HttpRequest& request,
                                                                                   const Router::Match& match) const {
    if (cors && is_preflight(request)) return answer_preflight(*cors, request);
    if (match.kind == Router::Match::Kind::found) return std::nullopt;
    model::HttpResponse response;
    if (request.raw_path == "*") {
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

FunctionHandler::FunctionHandler(model::Invoker& invoker) : invoker_(invoker), table_(std::make_shared<Table>()) {}
FunctionHandler::~FunctionHandler() = default;

void FunctionHandler::update(const model::App& app) {
    auto table = std::make_shared<Table>();
    table->router = Router(app.routes);
    table->cors = app.cors;
    table->max_body = app.http.max_body;
    const std::lock_guard lock(mutex_);
    table_ = std::move(table);
}

std::shared_ptr<const FunctionHandler::Table> FunctionHandler::table() const {
    const std::lock_guard lock(mutex_);
    return table_;
}

model::BodyPlan FunctionHandler::plan(const model::HttpRequest& head) {
    const auto now = table();
    model::BodyPlan plan;
    plan.limit = now->max_body;
    if (auto answer = now->answer_without_function(head, now->router.match(head.method, head.raw_path))) {
        plan.mode = model::BodyPlan::Mode::refuse;
        plan.refusal = std::move(*answer);
    }
    return plan;
}

void FunctionHandler::handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream>,
                             std::unique_ptr<model::HttpResponder> responder) {
    const auto now = table();
    const auto match = now->router.match(request.method, request.raw_path);
    // The table may have changed since the plan was made.
    if (auto answer = now->answer_without_function(request, match)) return responder->respond(std::move(*answer));
    const Route& route = *match.route;
    route_to(route, match, now, request);

    model::Invocation invocation;
    invocation.function = route.function;
    invocation.cause.kind = model::CauseKind::http;
    invocation.cause.source = route.key;
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
