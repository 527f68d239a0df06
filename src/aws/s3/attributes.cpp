// GetObjectAttributes, and what else is said of one object: tags, ACL, retention, legal hold.
#include <algorithm>

#include "aws/protocol/xml.hpp"
#include "aws/s3/acl.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::aws::s3 {
namespace {

base::Result<model::ObjectInfo> find(const Exchange& exchange) {
    return exchange.blobs().head(exchange.address.bucket, exchange.address.key, {},
                                 model::Selection{exchange.version()});
}

// An error about a delete marker is one of its own where its version was named.
void refuse_marker(Exchange& exchange, const base::Error& error) {
    if (error.code == make_error_code(model::BlobErrc::delete_marker) && exchange.query("versionId"))
        return exchange.refuse(method_not_allowed(exchange.visit.request.method, "DeleteMarker"));
    exchange.refuse(error);
}

Headers version_header(const model::ObjectInfo& object) {
    if (object.version_id.empty()) return {};
    return {{"x-amz-version-id", object.version_id}};
}

void update(const ExchangePtr& exchange, model::ObjectUpdate change, unsigned status) {
    change.trace = exchange->trace();
    exchange->blobs().update(exchange->address.bucket, exchange->address.key, exchange->version(),
                             std::move(change),
                             [exchange, status](const base::Result<model::ObjectInfo>& done) {
                                 if (!done) return refuse_marker(*exchange, done.error());
                                 exchange->respond_nothing(status, version_header(*done));
                             });
}

void write_checksum(pugi::xml_node into, const model::Checksum& checksum) {
    auto node = into.append_child("Checksum");
    // How many parts it is of, ObjectParts tells.
    add_text(node, checksum_element(checksum.kind).c_str(), checksum.value.substr(0, checksum.value.find('-')));
    add_text(node, "ChecksumType", checksum.composite ? "COMPOSITE" : "FULL_OBJECT");
}

void write_object_parts(pugi::xml_node into, const Exchange& exchange,
                        const std::vector<model::PartInfo>& parts, bool one_by_one) {
    const auto number = [&](const char* header, std::uint64_t otherwise) {
        const auto text = exchange.header(header);
        return text ? std::strtoull(std::string(*text).c_str(), nullptr, 10) : otherwise;
    };
    const std::uint64_t most = std::min<std::uint64_t>(number("x-amz-max-parts", 1000), 1000);
    const std::uint64_t after = number("x-amz-part-number-marker", 0);
    auto node = into.append_child("ObjectParts");
    add_text(node, "PartsCount", std::to_string(parts.size()));
    if (!one_by_one) return;
    add_text(node, "PartNumberMarker", std::to_string(after));
    std::uint64_t count = 0, last = after;
    bool truncated = false;
    std::vector<const model::PartInfo*> shown;
    for (const model::PartInfo& part : parts) {
        if (part.number <= after) continue;
        truncated = count == most;
        if (truncated) break;
        ++count;
        last = part.number;
        shown.push_back(&part);
    }
    add_text(node, "NextPartNumberMarker", std::to_string(last));
    add_text(node, "MaxParts", std::to_string(most));
    add_text(node, "IsTruncated", truncated ? "true" : "false");
    for (const model::PartInfo* part : shown) {
        auto one = node.append_child("Part");
        add_text(one, "PartNumber", std::to_string(part->number));
        add_text(one, "Size", std::to_string(part->size));
        if (part->checksum)
            add_text(one, checksum_element(part->checksum->kind).c_str(), part->checksum->value);
    }
}

}  // namespace

void get_object_attributes(const ExchangePtr& exchange) {
    // Some clients send a line for each.
    std::string wanted;
    for (const model::HttpField& field : exchange->visit.request.headers)
        if (base::iequals(field.name, "x-amz-object-attributes"))
            wanted.append(wanted.empty() ? "" : ",").append(field.value);
    const auto wants = [&](std::string_view name) {
        std::string_view rest = wanted;
        while (!rest.empty()) {
            std::string_view one = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(one.size() + 1, rest.size()));
            while (one.starts_with(' '))
                one.remove_prefix(1);
            if (one == name) return true;
        }
        return false;
    };
    if (!wants("ETag") && !wants("Checksum") && !wants("ObjectParts") && !wants("StorageClass") &&
        !wants("ObjectSize"))
        throw Refused{
            invalid_argument("Invalid attribute name specified.", "x-amz-object-attributes", wanted)};
    const auto object = find(*exchange);
    if (!object) return refuse_marker(*exchange, object.error());
    XmlAnswer answer("GetObjectAttributesResponse");
    if (wants("ETag")) add_text(answer.root, "ETag", object->etag);
    if (wants("Checksum") && object->checksum) write_checksum(answer.root, *object->checksum);
    if (wants("ObjectParts") && object->parts != 0) {
        const auto parts = exchange->blobs().object_parts(exchange->address.bucket, exchange->address.key,
                                                          model::Selection{exchange->version()});
        if (!parts) return exchange->refuse(parts.error());
        // Parts are told one by one where the object's checksum is made of theirs.
        write_object_parts(answer.root, *exchange, *parts, object->checksum && object->checksum->composite);
    }
    if (wants("StorageClass")) add_text(answer.root, "StorageClass", storage_class(object->properties));
    if (wants("ObjectSize")) add_text(answer.root, "ObjectSize", std::to_string(object->size));
    Headers headers = version_header(*object);
    headers.emplace_back("Last-Modified", base::format_http_date(object->modified_at));
    exchange->respond_xml(answer.document, 200, std::move(headers));
}

void get_object_tagging(const ExchangePtr& exchange) {
    const auto object = find(*exchange);
    if (!object) return refuse_marker(*exchange, object.error());
    XmlAnswer answer("Tagging");
    write_tags(answer.root, object->tags);
    exchange->respond_xml(answer.document, 200, version_header(*object));
}

void put_object_tagging(const ExchangePtr& exchange) {
    pugi::xml_document document;
    const std::string body = checked_body(*exchange);
    model::ObjectUpdate change;
    change.tags = read_tags(parse_document(document, body, "Tagging").child("TagSet"), 10);
    update(exchange, std::move(change), 200);
}

void delete_object_tagging(const ExchangePtr& exchange) {
    model::ObjectUpdate change;
    change.tags.emplace();
    update(exchange, std::move(change), 204);
}

void get_object_acl(const ExchangePtr& exchange) {
    const auto object = find(*exchange);
    if (!object) return refuse_marker(*exchange, object.error());
    const auto kept = object->properties.find(kAcl);
    answer_acl(*exchange, kept == object->properties.end() ? "" : kept->second);
}

void put_object_acl(const ExchangePtr& exchange) {
    model::ObjectUpdate change;
    change.properties[kAcl] = read_acl(*exchange);
    update(exchange, std::move(change), 200);
}

void get_object_retention(const ExchangePtr& exchange) {
    const auto bucket = exchange->blobs().bucket(exchange->address.bucket);
    if (!bucket) return exchange->refuse(bucket.error());
    if (!bucket->lock.enabled) throw Refused{invalid_request("Bucket is missing Object Lock Configuration")};
    const auto object = find(*exchange);
    if (!object) return refuse_marker(*exchange, object.error());
    if (!object->retention)
        throw Refused{make_error("NoSuchObjectLockConfiguration", 404,
                                 "The specified object does not have a ObjectLock configuration",
                                 {{"Key", exchange->address.key}})};
    XmlAnswer answer("Retention");
    add_text(answer.root, "Mode", object->retention->compliance ? "COMPLIANCE" : "GOVERNANCE");
    add_text(answer.root, "RetainUntilDate", base::format_rfc3339(object->retention->until));
    exchange->respond_xml(answer.document);
}

void put_object_retention(const ExchangePtr& exchange) {
    pugi::xml_document document;
    const std::string body = checked_body(*exchange);
    const auto root = parse_document(document, body, "Retention");
    const std::string_view mode = root.child("Mode").text().as_string(),
                           until = root.child("RetainUntilDate").text().as_string();
    model::ObjectUpdate change;
    change.bypass_governance =
        base::iequals(exchange->header_or("x-amz-bypass-governance-retention"), "true");
    change.retention.emplace();
    if (!mode.empty() || !until.empty()) {
        const auto time = parse_time(until);
        if ((mode != "GOVERNANCE" && mode != "COMPLIANCE") || !time) throw Refused{malformed_xml()};
        if (*time <= exchange->with.clock.now())
            throw Refused{
                invalid_argument("The retain until date must be in the future!", "RetainUntilDate", until)};
        *change.retention = model::Retention{mode == "COMPLIANCE", *time};
    }
    update(exchange, std::move(change), 200);
}

void get_object_legal_hold(const ExchangePtr& exchange) {
    const auto bucket = exchange->blobs().bucket(exchange->address.bucket);
    if (!bucket) return exchange->refuse(bucket.error());
    if (!bucket->lock.enabled) throw Refused{invalid_request("Bucket is missing Object Lock Configuration")};
    const auto object = find(*exchange);
    if (!object) return refuse_marker(*exchange, object.error());
    XmlAnswer answer("LegalHold");
    add_text(answer.root, "Status", object->legal_hold ? "ON" : "OFF");
    exchange->respond_xml(answer.document);
}

void put_object_legal_hold(const ExchangePtr& exchange) {
    pugi::xml_document document;
    const std::string body = checked_body(*exchange);
    const std::string_view status =
        parse_document(document, body, "LegalHold").child("Status").text().as_string();
    if (status != "ON" && status != "OFF") throw Refused{malformed_xml()};
    model::ObjectUpdate change;
    change.legal_hold = status == "ON";
    update(exchange, std::move(change), 200);
}

}  // namespace faasd::aws::s3
