#include "aws/conveniences.hpp"

#include <nlohmann/json.hpp>

#include "aws/protocol/routing.hpp"
#include "base/json.hpp"

namespace faasd::aws {
namespace {

using nlohmann::json;

constexpr std::string_view kHealth = "/health", kLongHealth = "/_localstack/health", kReset = "/_localstack/state/reset",
                           kMessages = "/_aws/sqs/messages";

model::HttpResponse failure(unsigned status, std::string_view message) {
    return model::HttpResponse::json(status, base::to_text(json{{"error", message}}));
}

}  // namespace

bool Conveniences::takes(const model::HttpRequest& request) {
    // A bucket that is named by the host may have any key; a bucket's name has no underscore.
    if (is_bucket_host(request.host)) return false;
    if (request.raw_path.starts_with("/_localstack/") || request.raw_path.starts_with("/_aws/")) return true;
    // Somebody may have a bucket of this name, and an S3 client signs.
    return request.raw_path == "/health" && (request.method == "GET" || request.method == "HEAD") &&
           !find_authorization(request);
}

void Conveniences::handle(model::HttpRequest request, std::unique_ptr<model::HttpResponder> responder) const {
    const bool get = request.method == "GET" || request.method == "HEAD";
    if (get && (request.raw_path == kHealth || request.raw_path == kLongHealth)) {
        json services = json::object();
        for (const std::string& name : with_.services)
            services[name] = "available";
        return responder->respond(model::HttpResponse::json(
            200, base::to_text(json{{"services", std::move(services)}, {"edition", "faasd"}, {"version", with_.version}})));
    }
    if (request.method == "POST" && request.raw_path == kReset) {
        return with_.reset([responder = std::move(responder)](base::Result<> done) {
            responder->respond(done ? model::HttpResponse::json(200, "{}") : failure(500, done.error().message));
        });
    }
    if (request.raw_path.starts_with(kMessages) && (get || request.method == "POST"))
        return with_.peek(std::move(request), std::move(responder));
    responder->respond(failure(404, "there is nothing at " + std::string(request.raw_path) +
                                        "; there are GET /health, GET /_localstack/health, POST "
                                        "/_localstack/state/reset and GET /_aws/sqs/messages?QueueUrl="));
}

}  // namespace faasd::aws
