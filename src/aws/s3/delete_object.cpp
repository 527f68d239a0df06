#include <atomic>
#include <charconv>
#include <chrono>

#include "aws/protocol/xml.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::aws::s3 {
namespace {

constexpr std::size_t kMostKeys = 1000;
// Some five thousand years, so that the date can be written.
constexpr std::uint32_t kMostRestoredDays = 2'000'000;

bool bypasses(const Exchange& exchange) {
    return base::iequals(exchange.header_or("x-amz-bypass-governance-retention"), "true");
}

// A DeleteObjects on its way: the removals commit together, and the answer lists them in the order of the
// request.
struct Deleting {
    ExchangePtr exchange;
    bool quiet = false;
    std::vector<model::RemoveRequest> wanted;
    std::vector<base::Result<model::Removed>> outcomes;
    std::atomic<std::size_t> left{0};

    void start() {
        outcomes.resize(wanted.size());
        left = wanted.size();
    }

    void answer() {
        XmlAnswer xml("DeleteResult");
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const auto& outcome = outcomes[i];
            if (outcome && quiet) continue;
            auto node = xml.root.append_child(outcome ? "Deleted" : "Error");
            add_text(node, "Key", wanted[i].key);
            if (wanted[i].version) add_text(node, "VersionId", *wanted[i].version);
            if (!outcome) {
                Subject subject = exchange->subject();
                subject.key = wanted[i].key;
                const Error error = to_error(outcome.error(), subject);
                add_text(node, "Code", error.code);
                add_text(node, "Message", error.message);
            } else if (outcome->delete_marker) {
                add_text(node, "DeleteMarker", "true");
                add_text(node, "DeleteMarkerVersionId", outcome->version_id);
            }
        }
        exchange->respond_xml(xml.document);
    }
};

// Without the element the object stays for a day.
std::uint32_t restored_days(pugi::xml_node request) {
    const auto node = request.child("Days");
    if (!node) return 1;
    const std::string_view text = node.text().as_string();
    std::uint32_t days = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (failure == std::errc::invalid_argument || end != text.data() + text.size())
        throw Refused{malformed_xml()};
    if (failure != std::errc{} || days == 0 || days > kMostRestoredDays)
        throw Refused{invalid_argument("'Days' must be a positive integer, at most " +
                                           std::to_string(kMostRestoredDays),
                                       "Days", std::string(text))};
    return days;
}

}  // namespace

void delete_object(const ExchangePtr& exchange) {
    model::RemoveRequest request{exchange->address.bucket, exchange->address.key, exchange->version()};
    request.trace = exchange->trace();
    request.bypass_governance = bypasses(*exchange);
    request.if_match = entity_tag(*exchange, "if-match");
    exchange->blobs().remove(std::move(request), [exchange](const base::Result<model::Removed>& removed) {
        if (!removed) return exchange->refuse(removed.error());
        Headers headers;
        if (removed->delete_marker) headers.emplace_back("x-amz-delete-marker", "true");
        if (!removed->version_id.empty()) headers.emplace_back("x-amz-version-id", removed->version_id);
        exchange->respond_nothing(204, std::move(headers));
    });
}

void delete_objects(const ExchangePtr& exchange) {
    // S3 wants to be sure of the list.
    if (!exchange->header("content-md5") && !given_checksum(*exchange) && !exchange->header("x-amz-trailer"))
        throw Refused{invalid_request("Missing required header for this request: Content-MD5")};
    pugi::xml_document document;
    const std::string body = checked_body(*exchange);
    const auto root = parse_document(document, body, "Delete");
    const auto deleting = std::make_shared<Deleting>();
    deleting->exchange = exchange;
    deleting->quiet = std::string_view(root.child("Quiet").text().as_string()) == "true";
    for (const pugi::xml_node node : root.children("Object")) {
        if (!node.child("Key")) throw Refused{malformed_xml()};
        model::RemoveRequest request{exchange->address.bucket, node.child("Key").text().as_string()};
        if (const auto version = node.child("VersionId")) request.version = version.text().as_string();
        if (const auto etag = node.child("ETag")) request.if_match = etag.text().as_string();
        request.trace = exchange->trace();
        request.bypass_governance = bypasses(*exchange);
        deleting->wanted.push_back(std::move(request));
    }
    if (deleting->wanted.empty() || deleting->wanted.size() > kMostKeys) throw Refused{malformed_xml()};
    if (!exchange->blobs().bucket_exists(exchange->address.bucket))
        throw Refused{no_such_bucket(exchange->address.bucket)};
    deleting->start();
    for (std::size_t i = 0; i < deleting->wanted.size(); ++i) {
        exchange->blobs().remove(deleting->wanted[i], [deleting, i](base::Result<model::Removed> removed) {
            deleting->outcomes[i] = std::move(removed);
            if (--deleting->left == 0) deleting->answer();
        });
    }
}

void restore_object(const ExchangePtr& exchange) {
    const auto object = exchange->blobs().head(exchange->address.bucket, exchange->address.key, {},
                                               model::Selection{exchange->version()});
    if (!object) return exchange->refuse(object.error());
    const std::string kept_in = storage_class(object->properties);
    if (kept_in != "GLACIER" && kept_in != "DEEP_ARCHIVE")
        throw Refused{make_error("InvalidObjectState", 403,
                                 "Restore is not allowed for the object's current storage class",
                                 {{"StorageClass", kept_in}})};
    std::uint32_t days = 1;
    if (const std::string body = checked_body(*exchange); !body.empty()) {
        pugi::xml_document document;
        days = restored_days(parse_document(document, body, "RestoreRequest"));
    }
    const bool again = object->properties.contains(kRestoredUntil);
    model::ObjectUpdate update;
    const auto midnight =
        std::chrono::ceil<std::chrono::days>(exchange->with.clock.now() + std::chrono::days{days});
    update.properties[kRestoredUntil] = base::format_http_date(midnight);
    exchange->blobs().update(exchange->address.bucket, exchange->address.key, exchange->version(),
                             std::move(update),
                             [exchange, again](const base::Result<model::ObjectInfo>& done) {
                                 if (!done) return exchange->refuse(done.error());
                                 exchange->respond_nothing(again ? 200 : 202);
                             });
}

}  // namespace faasd::aws::s3
