// Lifecycle configurations: the document is told as it was given; what expires by it is the engine's work.
#include <array>
#include <charconv>
#include <chrono>
#include <set>

#include "aws/protocol/xml.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/operations.hpp"
#include "base/random.hpp"

namespace faasd::aws::s3 {
namespace {

constexpr char kDocument[] = "lifecycle";

std::optional<std::uint32_t> read_days(pugi::xml_node parent, const char* name) {
    const auto node = parent.child(name);
    if (!node) return std::nullopt;
    const std::string_view text = node.text().as_string();
    std::uint32_t days = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (failure != std::errc{} || end != text.data() + text.size()) throw Refused{malformed_xml()};
    if (days == 0 || days > 2147483647)
        throw Refused{
            Error{"InvalidArgument", 400,
                  "'" + std::string(name) + "' for " + parent.name() + " action must be a positive integer"}};
    return days;
}

void read_filter(pugi::xml_node filter, model::LifecycleRule& rule) {
    if (const auto both = filter.child("And")) return read_filter(both, rule);
    rule.prefix = filter.child("Prefix").text().as_string();
    for (const pugi::xml_node tag : filter.children("Tag"))
        rule.tags[tag.child("Key").text().as_string()] = tag.child("Value").text().as_string();
    if (const auto size = filter.child("ObjectSizeGreaterThan")) rule.larger_than = size.text().as_ullong();
    if (const auto size = filter.child("ObjectSizeLessThan")) rule.smaller_than = size.text().as_ullong();
}

void read_expiration(pugi::xml_node node, model::LifecycleRule& rule) {
    if (!node) return;
    rule.expire_days = read_days(node, "Days");
    if (const auto date = node.child("Date")) {
        rule.expire_date = parse_time(date.text().as_string());
        if (!rule.expire_date) throw Refused{malformed_xml()};
        if (std::chrono::floor<std::chrono::days>(*rule.expire_date) != *rule.expire_date)
            throw Refused{Error{"InvalidArgument", 400, "'Date' must be at midnight GMT"}};
    }
    rule.expire_lone_markers =
        std::string_view(node.child("ExpiredObjectDeleteMarker").text().as_string()) == "true";
    if ((rule.expire_days && rule.expire_date) ||
        ((rule.expire_days || rule.expire_date) && rule.expire_lone_markers))
        throw Refused{malformed_xml()};
}

// Gives the rule an id where it has none, as S3 does.
model::LifecycleRule read_rule(pugi::xml_node node) {
    model::LifecycleRule rule;
    const std::string_view status = node.child("Status").text().as_string();
    if (status != "Enabled" && status != "Disabled") throw Refused{malformed_xml()};
    rule.enabled = status == "Enabled";
    rule.id = node.child("ID").text().as_string();
    if (rule.id.empty()) {
        rule.id = base::random_uuid();
        node.remove_child("ID");
        node.prepend_child("ID").text() = rule.id.c_str();
    }
    if (rule.id.size() > 255)
        throw Refused{Error{"InvalidArgument", 400, "ID length should not exceed allowed limit of 255"}};
    const auto filter = node.child("Filter"), prefix = node.child("Prefix");
    if (static_cast<bool>(filter) == static_cast<bool>(prefix)) throw Refused{malformed_xml()};
    if (filter)
        read_filter(filter, rule);
    else
        rule.prefix = prefix.text().as_string();
    read_expiration(node.child("Expiration"), rule);
    if (const auto noncurrent = node.child("NoncurrentVersionExpiration")) {
        rule.noncurrent_days = read_days(noncurrent, "NoncurrentDays");
        rule.keep_noncurrent = noncurrent.child("NewerNoncurrentVersions").text().as_uint();
        if (!rule.noncurrent_days) throw Refused{malformed_xml()};
    }
    if (const auto upload = node.child("AbortIncompleteMultipartUpload")) {
        rule.abort_upload_days = read_days(upload, "DaysAfterInitiation");
        if (!rule.abort_upload_days) throw Refused{malformed_xml()};
    }
    constexpr std::array kActions{"Expiration", "NoncurrentVersionExpiration",
                                  "AbortIncompleteMultipartUpload", "Transition",
                                  "NoncurrentVersionTransition"};
    bool acts = false;
    for (const char* action : kActions)
        acts = acts || node.child(action);
    if (!acts) throw Refused{invalid_request("At least one action needs to be specified in a rule")};
    return rule;
}

}  // namespace

void get_bucket_lifecycle(const ExchangePtr& exchange) {
    auto text = exchange->blobs().document(exchange->address.bucket, kDocument);
    if (!text) return exchange->refuse(text.error());
    if (text->empty())
        throw Refused{make_error("NoSuchLifecycleConfiguration", 404,
                                 "The lifecycle configuration does not exist",
                                 {{"BucketName", exchange->address.bucket}})};
    model::HttpResponse response;
    response.headers = {{"Content-Type", "application/xml"},
                        {"x-amz-transition-default-minimum-object-size", "all_storage_classes_128K"}};
    response.body = std::move(*text);
    exchange->respond(std::move(response));
}

void put_bucket_lifecycle(const ExchangePtr& exchange) {
    pugi::xml_document document;
    const std::string body = checked_body(*exchange);
    const auto root = parse_document(document, body, "LifecycleConfiguration");
    std::vector<model::LifecycleRule> rules;
    std::set<std::string> ids;
    for (const pugi::xml_node node : root.children("Rule")) {
        rules.push_back(read_rule(node));
        if (!ids.insert(rules.back().id).second)
            throw Refused{
                Error{"InvalidArgument", 400, "RuleId must be unique. Found same ID for more than one rule"}};
    }
    if (rules.empty() || rules.size() > 1000) throw Refused{malformed_xml()};
    exchange->blobs().set_document(
        exchange->address.bucket, kDocument, to_text(document),
        [exchange, rules = std::move(rules)](const base::Result<>& done) mutable {
            if (!done) return exchange->refuse(done.error());
            exchange->blobs().set_lifecycle(
                exchange->address.bucket, std::move(rules), [exchange](const base::Result<>& set) {
                    if (!set) return exchange->refuse(set.error());
                    exchange->respond_nothing(
                        200, {{"x-amz-transition-default-minimum-object-size", "all_storage_classes_128K"}});
                });
        });
}

void delete_bucket_lifecycle(const ExchangePtr& exchange) {
    exchange->blobs().set_document(
        exchange->address.bucket, kDocument, {}, [exchange](const base::Result<>& done) {
            if (!done) return exchange->refuse(done.error());
            exchange->blobs().set_lifecycle(exchange->address.bucket, {}, answer_nothing(exchange));
        });
}

}  // namespace faasd::aws::s3
