// Whom a bucket tells of its changes. Kept as JSON: the document as it was given, and beside it the rules as
// src/sources/bucket reads them.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "aws/protocol/xml.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/operations.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::aws::s3 {
namespace {

constexpr char kNotificationDocument[] = "notifications";

struct Destination {
    const char* element;
    const char* arn;  // the element that names it
};
constexpr std::array kDestinations{Destination{"QueueConfiguration", "Queue"},
                                   Destination{"CloudFunctionConfiguration", "CloudFunction"}};

constexpr std::array<std::string_view, 26> kEvents{"s3:ObjectCreated:*",
                                                   "s3:ObjectCreated:Put",
                                                   "s3:ObjectCreated:Post",
                                                   "s3:ObjectCreated:Copy",
                                                   "s3:ObjectCreated:CompleteMultipartUpload",
                                                   "s3:ObjectRemoved:*",
                                                   "s3:ObjectRemoved:Delete",
                                                   "s3:ObjectRemoved:DeleteMarkerCreated",
                                                   "s3:ObjectTagging:*",
                                                   "s3:ObjectTagging:Put",
                                                   "s3:ObjectTagging:Delete",
                                                   "s3:LifecycleExpiration:*",
                                                   "s3:LifecycleExpiration:Delete",
                                                   "s3:LifecycleExpiration:DeleteMarkerCreated",
                                                   "s3:ObjectRestore:*",
                                                   "s3:ObjectRestore:Post",
                                                   "s3:ObjectRestore:Completed",
                                                   "s3:ObjectRestore:Delete",
                                                   "s3:ReducedRedundancyLostObject",
                                                   "s3:Replication:*",
                                                   "s3:Replication:OperationFailedReplication",
                                                   "s3:Replication:OperationNotTracked",
                                                   "s3:LifecycleTransition",
                                                   "s3:IntelligentTiering",
                                                   "s3:ObjectAcl:Put",
                                                   "s3:Replication:OperationMissedThreshold"};

Refused invalid(std::string message) {
    return Refused{Error{"InvalidArgument", 400, std::move(message)}};
}

void check_configuration(const Exchange& exchange, pugi::xml_node node, const Destination& target,
                         bool check_target) {
    const std::string arn = node.child(target.arn).text().as_string();
    if (arn.empty() || !node.child("Event")) throw Refused{malformed_xml()};
    for (const pugi::xml_node event : node.children("Event")) {
        const std::string_view name = event.text().as_string();
        if (std::ranges::find(kEvents, name) == kEvents.end())
            throw invalid("The event is not supported for notifications");
    }
    for (const pugi::xml_node rule : node.child("Filter").child("S3Key").children("FilterRule")) {
        const std::string_view name = rule.child("Name").text().as_string();
        if (!base::iequals(name, "prefix") && !base::iequals(name, "suffix"))
            throw invalid("filter rule name must be either prefix or suffix");
    }
    if (check_target && (!exchange.with.has_target || !exchange.with.has_target(arn)))
        throw Refused{invalid_argument("Unable to validate the following destination configurations", arn,
                                       "The destination queue or function does not exist")};
    if (std::string_view(node.child("Id").text().as_string()).empty()) {
        node.remove_child("Id");
        node.prepend_child("Id").text() = base::random_uuid().c_str();
    }
}

// {"id", "events", "prefix", "suffix", "queue" or "function"}, by the names that the engines know.
nlohmann::json rule_of(pugi::xml_node node, const Destination& target) {
    nlohmann::json rule = {{"id", node.child("Id").text().as_string()}, {"events", nlohmann::json::array()}};
    for (const pugi::xml_node event : node.children("Event"))
        rule["events"].push_back(event.text().as_string());
    for (const pugi::xml_node filter : node.child("Filter").child("S3Key").children("FilterRule"))
        rule[base::to_lower(filter.child("Name").text().as_string())] =
            filter.child("Value").text().as_string();
    const std::string arn = node.child(target.arn).text().as_string();
    Arn parts;
    if (!parse_arn(arn, parts)) return rule;
    if (parts.service == "sqs") {
        rule["queue"] =
            Scope{std::string(parts.account), std::string(parts.region)}.engine_name(parts.resource);
    } else {
        std::string_view name = parts.resource;  // "function:thumbnail", perhaps with ":alias"
        name.remove_prefix(std::min(name.find(':') + 1, name.size()));
        rule["function"] = std::string(name.substr(0, name.find(':')));
    }
    return rule;
}

// What S3 tells a queue when it becomes a destination.
void send_test_event(const Exchange& exchange, const std::string& arn) {
    if (!exchange.with.send || arn.ends_with(".fifo")) return;
    const nlohmann::ordered_json event = {{"Service", "Amazon S3"},
                                          {"Event", "s3:TestEvent"},
                                          {"Time", base::format_rfc3339(exchange.with.clock.now())},
                                          {"Bucket", exchange.address.bucket},
                                          {"RequestId", exchange.visit.request_id},
                                          {"HostId", exchange.visit.request_id}};
    exchange.with.send(arn, base::to_text(event));
}

}  // namespace

void get_bucket_notification(const ExchangePtr& exchange) {
    auto text = exchange->blobs().document(exchange->address.bucket, kNotificationDocument);
    if (!text) return exchange->refuse(text.error());
    if (text->empty()) return exchange->respond_xml(XmlAnswer("NotificationConfiguration").document);
    model::HttpResponse response;
    response.headers = {{"Content-Type", "application/xml"}};
    response.body = base::parse_stored_json(*text).at("document").get<std::string>();
    exchange->respond(std::move(response));
}

void put_bucket_notification(const ExchangePtr& exchange) {
    pugi::xml_document document;
    const std::string body = checked_body(*exchange);
    const auto root = parse_document(document, body, "NotificationConfiguration");
    if (root.child("TopicConfiguration")) throw invalid("faasd has no topics: notify a queue or a function");
    nlohmann::json rules = nlohmann::json::array();
    std::vector<std::string> queues;
    const bool skip = base::iequals(exchange->header_or("x-amz-skip-destination-validation"), "true");
    for (const Destination& target : kDestinations)
        for (const pugi::xml_node node : root.children(target.element)) {
            check_configuration(*exchange, node, target, !skip);
            rules.push_back(rule_of(node, target));
            if (rules.back().contains("queue"))
                queues.emplace_back(node.child(target.arn).text().as_string());
        }
    std::string text;
    if (root.first_child()) {
        const nlohmann::json kept = {{"document", to_text(document)}, {"rules", std::move(rules)}};
        text = base::to_text(kept);
    }
    exchange->blobs().set_document(exchange->address.bucket, kNotificationDocument, std::move(text),
                                   [exchange, queues = std::move(queues)](const base::Result<>& done) {
                                       if (!done) return exchange->refuse(done.error());
                                       for (const std::string& arn : queues)
                                           send_test_event(*exchange, arn);
                                       exchange->respond_nothing(200);
                                   });
}

}  // namespace faasd::aws::s3
