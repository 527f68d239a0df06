#include "aws/s3/object_headers.hpp"

#include <algorithm>
#include <array>

#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::aws::s3 {
namespace {

constexpr std::string_view kMetadataPrefix = "x-amz-meta-";
constexpr std::array<std::string_view, 5> kKept{"Cache-Control", "Content-Disposition", "Content-Encoding",
                                                "Content-Language", "Expires"};
constexpr std::array<std::string_view, 11> kClasses{
    "STANDARD",     "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER",
    "DEEP_ARCHIVE", "OUTPOSTS",           "GLACIER_IR",  "SNOW",       "EXPRESS_ONEZONE"};
constexpr std::array<std::string_view, 8> kAcls{"private",
                                                "public-read",
                                                "public-read-write",
                                                "aws-exec-read",
                                                "authenticated-read",
                                                "bucket-owner-read",
                                                "bucket-owner-full-control",
                                                "log-delivery-write"};

template <std::size_t n>
bool is_one_of(const std::array<std::string_view, n>& known, std::string_view value) {
    return std::ranges::find(known, value) != known.end();
}

// The codings of an object are those that stay when the body was sent in chunks.
std::string without_aws_chunked(std::string_view codings) {
    std::string kept;
    while (!codings.empty()) {
        std::string_view one = codings.substr(0, codings.find(','));
        codings.remove_prefix(std::min(one.size() + 1, codings.size()));
        while (one.starts_with(' '))
            one.remove_prefix(1);
        while (one.ends_with(' '))
            one.remove_suffix(1);
        if (base::iequals(one, "aws-chunked") || one.empty()) continue;
        kept.append(kept.empty() ? "" : ",").append(one);
    }
    return kept;
}

}  // namespace

LockHeaders read_lock(const Exchange& exchange) {
    LockHeaders lock;
    const auto mode = exchange.header("x-amz-object-lock-mode");
    const auto until = exchange.header("x-amz-object-lock-retain-until-date");
    if (mode.has_value() != until.has_value())
        throw Refused{invalid_argument(
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
            mode ? "x-amz-object-lock-retain-until-date" : "x-amz-object-lock-mode", "")};
    if (mode) {
        if (*mode != "GOVERNANCE" && *mode != "COMPLIANCE")
            throw Refused{invalid_argument("Unknown wormMode directive.", "x-amz-object-lock-mode", *mode)};
        const auto time = parse_time(*until);
        if (!time || *time <= exchange.with.clock.now())
            throw Refused{invalid_argument("The retain until date must be in the future!",
                                           "x-amz-object-lock-retain-until-date", *until)};
        lock.retention = model::Retention{*mode == "COMPLIANCE", *time};
    }
    const std::string hold = exchange.header_or("x-amz-object-lock-legal-hold");
    if (!hold.empty() && hold != "ON" && hold != "OFF")
        throw Refused{invalid_argument("Legal Hold must be either of 'ON' or 'OFF'",
                                       "x-amz-object-lock-legal-hold", hold)};
    lock.legal_hold = hold == "ON";
    return lock;
}

void check_storage_class(std::string_view name) {
    if (!is_one_of(kClasses, name))
        throw Refused{make_error("InvalidStorageClass", 400, "The storage class you specified is not valid",
                                 {{"StorageClassRequested", std::string(name)}})};
}

void check_canned_acl(std::string_view name) {
    if (!is_one_of(kAcls, name)) throw Refused{invalid_argument("", "x-amz-acl", std::string(name))};
}

model::Metadata read_properties(const Exchange& exchange) {
    model::Metadata properties;
    const auto keep = [&](const char* header, const char* property) {
        if (const auto value = exchange.header(header); value && !value->empty())
            properties[property] = *value;
    };
    if (const auto wanted = exchange.header("x-amz-storage-class")) {
        check_storage_class(*wanted);
        if (*wanted != "STANDARD") properties[kStorageClass] = *wanted;
    }
    if (const auto acl = exchange.header("x-amz-acl")) {
        check_canned_acl(*acl);
        if (*acl != "private") properties[kAcl] = *acl;
    }
    if (const auto encryption = exchange.header("x-amz-server-side-encryption")) {
        if (*encryption != "AES256" && *encryption != "aws:kms" && *encryption != "aws:kms:dsse")
            throw Refused{invalid_argument("The encryption method specified is not supported",
                                           "x-amz-server-side-encryption", *encryption)};
        if (*encryption != "AES256") properties[kEncryption] = *encryption;
    }
    keep("x-amz-server-side-encryption-aws-kms-key-id", kKmsKey);
    keep("x-amz-server-side-encryption-bucket-key-enabled", kBucketKey);
    keep("x-amz-server-side-encryption-customer-algorithm", kCustomerAlgorithm);
    keep("x-amz-server-side-encryption-customer-key-md5", kCustomerKey);
    keep("x-amz-website-redirect-location", kRedirect);
    return properties;
}

model::PutOptions read_put_options(const Exchange& exchange) {
    model::PutOptions options;
    if (const auto type = exchange.header("content-type"); type && !type->empty())
        options.content_type = *type;
    for (const std::string_view name : kKept)
        if (const auto value = exchange.header(name)) options.headers[std::string(name)] = *value;
    if (const auto coding = options.headers.find("Content-Encoding"); coding != options.headers.end()) {
        coding->second = without_aws_chunked(coding->second);
        if (coding->second.empty()) options.headers.erase(coding);
    }
    for (const model::HttpField& field : exchange.visit.request.headers) {
        if (field.name.size() <= kMetadataPrefix.size() ||
            !base::iequals(field.name.substr(0, kMetadataPrefix.size()), kMetadataPrefix))
            continue;
        auto& value = options.metadata[base::to_lower(field.name.substr(kMetadataPrefix.size()))];
        value.append(value.empty() ? "" : ",").append(field.value);
    }
    if (const auto tags = exchange.header("x-amz-tagging")) options.tags = read_tagging_header(*tags);
    options.if_match = entity_tag(exchange, "if-match");
    options.if_none_match = entity_tag(exchange, "if-none-match");
    if (options.if_none_match && *options.if_none_match != "*")
        throw Refused{make_error("NotImplemented", 501,
                                 "A header you provided implies functionality that is not implemented",
                                 {{"Header", "If-None-Match"}})};
    options.properties = read_properties(exchange);
    const LockHeaders lock = read_lock(exchange);
    options.retention = lock.retention;
    options.legal_hold = lock.legal_hold;
    options.trace = exchange.trace();
    return options;
}

std::optional<std::string> entity_tag(const Exchange& exchange, std::string_view header) {
    const auto value = exchange.header(header);
    if (!value) return std::nullopt;
    std::string_view tag = *value;
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"' && tag.find(',') == std::string_view::npos)
        tag = tag.substr(1, tag.size() - 2);
    return std::string(tag);
}

model::ReadConditions read_conditions(const Exchange& exchange, const std::string& prefix) {
    model::ReadConditions conditions;
    conditions.if_match = entity_tag(exchange, prefix + "if-match");
    conditions.if_none_match = entity_tag(exchange, prefix + "if-none-match");
    if (const auto since = exchange.header(prefix + "if-modified-since"))
        conditions.if_modified_since = parse_http_date(*since);
    if (const auto since = exchange.header(prefix + "if-unmodified-since"))
        conditions.if_unmodified_since = parse_http_date(*since);
    return conditions;
}

std::string storage_class(const model::Metadata& properties) {
    const auto found = properties.find(kStorageClass);
    return found == properties.end() ? "STANDARD" : found->second;
}

void add_checksum(Headers& headers, const model::Checksum& checksum) {
    headers.emplace_back(checksum_header(checksum.kind), checksum.value);
    headers.emplace_back("x-amz-checksum-type", checksum.composite ? "COMPOSITE" : "FULL_OBJECT");
}

void add_encryption(Headers& headers, const model::Metadata& properties) {
    const auto add = [&](const char* property, const char* header) {
        const auto found = properties.find(property);
        if (found == properties.end()) return false;
        headers.emplace_back(header, found->second);
        return true;
    };
    if (add(kCustomerAlgorithm, "x-amz-server-side-encryption-customer-algorithm")) {
        add(kCustomerKey, "x-amz-server-side-encryption-customer-key-MD5");
        return;
    }
    if (!add(kEncryption, "x-amz-server-side-encryption"))
        headers.emplace_back("x-amz-server-side-encryption", "AES256");
    add(kKmsKey, "x-amz-server-side-encryption-aws-kms-key-id");
    add(kBucketKey, "x-amz-server-side-encryption-bucket-key-enabled");
}

void tell_expiration(Exchange& exchange, const model::ObjectInfo& object) {
    const auto expiration = exchange.blobs().expiration(exchange.address.bucket, object);
    if (!expiration) return;
    exchange.add_header("x-amz-expiration", "expiry-date=\"" + base::format_http_date(expiration->at) +
                                                "\", rule-id=\"" + base::percent_encode(expiration->rule) + '"');
}

Headers write_headers(const model::ObjectInfo& object) {
    Headers headers{{"ETag", '"' + object.etag + '"'}};
    if (!object.version_id.empty()) headers.emplace_back("x-amz-version-id", object.version_id);
    if (object.checksum) add_checksum(headers, *object.checksum);
    add_encryption(headers, object.properties);
    return headers;
}

Headers read_headers(const model::ObjectInfo& object, bool checksum) {
    Headers headers{{"ETag", '"' + object.etag + '"'},
                    {"Last-Modified", base::format_http_date(object.modified_at)},
                    {"Accept-Ranges", "bytes"},
                    {"Content-Type", object.content_type}};
    for (const auto& [name, value] : object.headers)
        headers.emplace_back(name, value);
    for (const auto& [name, value] : object.metadata)
        headers.emplace_back("x-amz-meta-" + name, value);
    if (!object.version_id.empty()) headers.emplace_back("x-amz-version-id", object.version_id);
    if (checksum && object.checksum) add_checksum(headers, *object.checksum);
    add_encryption(headers, object.properties);
    if (!object.tags.empty()) headers.emplace_back("x-amz-tagging-count", std::to_string(object.tags.size()));
    if (object.retention) {
        headers.emplace_back("x-amz-object-lock-mode",
                             object.retention->compliance ? "COMPLIANCE" : "GOVERNANCE");
        headers.emplace_back("x-amz-object-lock-retain-until-date",
                             base::format_rfc3339(object.retention->until));
    }
    if (object.legal_hold) headers.emplace_back("x-amz-object-lock-legal-hold", "ON");
    for (const auto& [property, header] :
         {std::pair{kStorageClass, "x-amz-storage-class"}, {kRedirect, "x-amz-website-redirect-location"}})
        if (const auto found = object.properties.find(property); found != object.properties.end())
            headers.emplace_back(header, found->second);
    if (const auto restored = object.properties.find(kRestoredUntil); restored != object.properties.end())
        headers.emplace_back("x-amz-restore",
                             "ongoing-request=\"false\", expiry-date=\"" + restored->second + "\"");
    return headers;
}

}  // namespace faasd::aws::s3
