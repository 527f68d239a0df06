#include "aws/conveniences.hpp"

#include <array>

#include <nlohmann/json.hpp>

namespace faasd::aws {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kPaths{"/health", "/_localstack/health", "/_localstack/state/reset",
                                                 "/_aws/sqs/messages"};

model::HttpResponse failure(unsigned status, std::string_view message) {
    return model::HttpResponse::json(status, json{{"error", message}}.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

bool Conveniences::takes(const model::HttpRequest& request) {
    for (const std::string_view path : kPaths)
        if (request.raw_path == path) return true;
    return request.raw_path.starts_with("/_localstack/") || request.raw_path.starts_with("/_aws/");
}

void Conveniences::handle(model::HttpRequest request, std::unique_ptr<model::HttpResponder> responder) const {
    const bool get = request.method == "GET" || request.method == "HEAD";
    if (get && (request.raw_path == kPaths[0] || request.raw_path == kPaths[1])) {
        json services = json::object();
        for (const std::string& name : with_.services)
            services[name] = "available";
        return responder->respond(model::HttpResponse::json(
            200, json{{"services", std::move(services)}, {"edition", "faasd"}, {"version", with_.version}}.dump()));
    }
    if (request.method == "POST" && request.raw_path == kPaths[2]) {
        return with_.reset([responder = std::move(responder)](base::Result<> done) {
            responder->respond(done ? model::HttpResponse::json(200, "{}") : failure(500, done.error().message));
        });
    }
    if (request.raw_path.starts_with(kPaths[3]) && (get || request.method == "POST"))
        return with_.peek(std::move(request), std::move(responder));
    responder->respond(failure(404, "there is nothing at " + std::string(request.raw_path) +
                                        "; there are GET /health, GET /_localstack/health, POST "
                                        "/_localstack/state/reset and GET /_aws/sqs/messages?QueueUrl="));
}

}  // namespace faasd::aws
