#include <algorithm>

#include "aws/protocol/xml.hpp"
#include "aws/s3/copy_source.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::aws::s3 {
namespace {

bool replaces(const Exchange& exchange, const char* header, const char* message) {
    const std::string directive = exchange.header_or(header, "COPY");
    if (directive != "COPY" && directive != "REPLACE")
        throw Refused{invalid_argument(message, header, directive)};
    return directive == "REPLACE";
}

bool changes_something(const Exchange& exchange) {
    return exchange.header("x-amz-storage-class") || exchange.header("x-amz-server-side-encryption") ||
           exchange.header("x-amz-website-redirect-location") || exchange.header("x-amz-tagging-directive");
}

}  // namespace

CopySource read_copy_source(const Exchange& exchange) {
    const auto invalid = [&] {
        return Refused{
            invalid_argument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
                             "x-amz-copy-source", exchange.header_or("x-amz-copy-source"))};
    };
    std::string_view text = exchange.header("x-amz-copy-source").value_or("");
    CopySource source;
    if (const std::size_t at = text.rfind("?versionId="); at != std::string_view::npos) {
        source.version = std::string(text.substr(at + 11));
        text = text.substr(0, at);
    }
    const auto decoded = base::percent_decode(text, true);
    if (!decoded) throw invalid();
    text = *decoded;
    if (text.starts_with('/')) text.remove_prefix(1);
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) throw invalid();
    source.bucket = text.substr(0, slash);
    source.key = text.substr(slash + 1);
    return source;
}

Error source_error(const Exchange& exchange, const base::Error& error, const CopySource& source) {
    Subject subject = exchange.subject();
    subject.key = source.key;
    subject.bucket = source.bucket;
    subject.version = source.version ? std::string_view(*source.version) : std::string_view{};
    const auto* const detail = dynamic_cast<const model::ObjectDetail*>(error.detail.get());
    if (error.code == make_error_code(model::BlobErrc::delete_marker) && source.version)
        return invalid_request(
            "The source of a copy request may not specifically refer to a delete marker by version id.");
    if (error.code == make_error_code(model::BlobErrc::entity_too_large))
        return invalid_request(
            "The specified copy source is larger than the maximum allowable size for a copy source: "
            "5368709120");
    if (detail && (error.code == make_error_code(model::BlobErrc::precondition_failed) ||
                   error.code == make_error_code(model::BlobErrc::not_modified)))
        return make_error("PreconditionFailed", 412,
                          "At least one of the pre-conditions you specified did not hold",
                          {{"Condition", "x-amz-copy-source-" + detail->condition}});
    return to_error(error, subject);
}

void copy_object(const ExchangePtr& exchange) {
    const CopySource source = read_copy_source(*exchange);
    model::Blobs::CopyRequest request;
    request.from_bucket = source.bucket;
    request.from_key = source.key;
    request.from_version = source.version;
    request.to_bucket = exchange->address.bucket;
    request.to_key = exchange->address.key;
    request.conditions = read_conditions(*exchange, "x-amz-copy-source-");
    request.trace = exchange->trace();
    request.properties = read_properties(*exchange);
    const LockHeaders lock = read_lock(*exchange);
    request.retention = lock.retention;
    request.legal_hold = lock.legal_hold;
    request.if_match = entity_tag(*exchange, "if-match");
    request.if_none_match = entity_tag(*exchange, "if-none-match");
    if (replaces(*exchange, "x-amz-metadata-directive", "Unknown metadata directive."))
        request.replace = read_put_options(*exchange);
    if (replaces(*exchange, "x-amz-tagging-directive", "Unknown tagging directive."))
        request.tags = read_tagging_header(exchange->header_or("x-amz-tagging"));
    const bool onto_itself =
        source.bucket == request.to_bucket && source.key == request.to_key && !source.version;
    if (onto_itself && !request.replace) {
        if (!changes_something(*exchange))
            throw Refused{invalid_request(
                "This copy request is illegal because it is trying to copy an object to itself without "
                "changing the object's metadata, storage class, website redirect location or "
                "encryption attributes.")};
        // What is said of it stays, and is written again.
        const auto now = exchange->blobs().head(source.bucket, source.key);
        if (!now) return exchange->refuse(now.error());
        request.replace.emplace();
        request.replace->content_type = now->content_type;
        request.replace->metadata = now->metadata;
        request.replace->headers = now->headers;
    }
    exchange->blobs().copy(std::move(request), [exchange,
                                                source](const base::Result<model::ObjectInfo>& copied) {
        if (!copied) {
            const base::Error& error = copied.error();
            if (dynamic_cast<const model::CopySourceDetail*>(error.detail.get()))
                return exchange->refuse(source_error(*exchange, error, source));
            return exchange->refuse(error);
        }
        tell_expiration(*exchange, *copied);
        XmlAnswer answer("CopyObjectResult");
        add_text(answer.root, "LastModified", base::format_rfc3339(copied->modified_at));
        add_text(answer.root, "ETag", '"' + copied->etag + '"');
        if (copied->checksum) {
            add_text(answer.root, checksum_element(copied->checksum->kind).c_str(), copied->checksum->value);
            add_text(answer.root, "ChecksumType", copied->checksum->composite ? "COMPOSITE" : "FULL_OBJECT");
        }
        Headers headers;
        if (!copied->version_id.empty()) headers.emplace_back("x-amz-version-id", copied->version_id);
        if (source.version) headers.emplace_back("x-amz-copy-source-version-id", *source.version);
        add_encryption(headers, copied->properties);
        exchange->respond_xml(answer.document, 200, std::move(headers));
    });
}

}  // namespace faasd::aws::s3
