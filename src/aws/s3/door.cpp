#include "aws/s3/door.hpp"

#include <array>
#include <charconv>

#include "aws/s3/cors.hpp"
#include "aws/s3/operations.hpp"

namespace faasd::aws::s3 {
namespace {

// Up to this a body comes whole: an object that small lives in the database.
constexpr std::uint64_t kWholeBody = 64 << 10;
constexpr std::uint64_t kDocumentLimit = 256 << 10;
// Those that are lists: of a thousand keys, a thousand rules, ten thousand parts with their checksums.
struct LongDocument {
    std::string_view operation;
    std::uint64_t limit;
};
constexpr std::array kLongDocuments{LongDocument{"DeleteObjects", 2 << 20},
                                    LongDocument{"PutBucketLifecycleConfiguration", 1 << 20},
                                    LongDocument{"CompleteMultipartUpload", 8 << 20}};
constexpr std::uint64_t kObjectLimit = std::uint64_t{6} << 30;  // beyond it the engine's own limit is told

std::optional<std::uint64_t> content_length(const model::HttpRequest& request) {
    const auto text = request.header("content-length");
    std::uint64_t size = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), size).ec != std::errc{})
        return std::nullopt;
    return size;
}

std::uint64_t document_limit(const Route& route) {
    for (const LongDocument& one : kLongDocuments)
        if (one.operation == route.name) return one.limit;
    return kDocumentLimit;
}

void run_route(const Route& route, const ExchangePtr& exchange) {
    if (!route.blocks) return run_guarded(exchange, [&] { route.run(exchange); });
    run_blocking(exchange, [run = route.run](const ExchangePtr& again) { run(again); });
}

}  // namespace

model::BodyPlan S3Door::plan(const model::HttpRequest& head, const Target&) {
    model::BodyPlan plan;
    plan.limit = kDocumentLimit;
    const Route* const route = find_route(head, address_of(head));
    if (!route) return plan;
    plan.limit = document_limit(*route);
    if (!route->streams) return plan;
    const auto size = content_length(head);
    if (size && *size <= kWholeBody) return plan;
    plan.mode = model::BodyPlan::Mode::stream;
    plan.limit = kObjectLimit;
    return plan;
}

void S3Door::handle(Visit visit) {
    Address address = address_of(visit.request);
    const auto exchange = std::make_shared<Exchange>(with_, std::move(visit), std::move(address));
    const model::HttpRequest& request = exchange->visit.request;
    run_guarded(exchange, [&] {
        if (!exchange->address.valid)
            throw Refused{Error{"InvalidURI", 400, "Couldn't parse the specified URI."}};
        if (request.method == "OPTIONS") return answer_preflight(exchange);
        admit_page(*exchange);
        if (exchange->address.website) return run_blocking(exchange, get_website_page);
        const Route* const route = find_route(request, exchange->address);
        if (!route)
            throw Refused{method_not_allowed(request.method, exchange->address.bucket.empty() ? "SERVICE"
                                                             : exchange->address.key.empty()  ? "BUCKET"
                                                                                              : "OBJECT")};
        exchange->operation = route->name;
        if (!route->run) throw Refused{not_implemented(route->name)};
        exchange->check_owner();
        if (route->streams && !exchange->header("content-length") && !exchange->header("transfer-encoding"))
            throw Refused{
                Error{"MissingContentLength", 411, "You must provide the Content-Length HTTP header."}};
        run_route(*route, exchange);
    });
}

std::vector<OperationStatus> S3Door::operations() const {
    std::vector<OperationStatus> all;
    for (const Route& route : routes())
        all.push_back({route.name, route.run != nullptr});
    return all;
}

}  // namespace faasd::aws::s3
