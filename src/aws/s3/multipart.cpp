#include <charconv>

#include "aws/protocol/xml.hpp"
#include "aws/s3/copy_source.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "model/object_body.hpp"

namespace faasd::aws::s3 {
namespace {

const char* name_of(const model::Checksum& checksum) {
    return checksum.composite ? "COMPOSITE" : "FULL_OBJECT";
}

bool is_composite(std::string_view type) {
    if (type != "COMPOSITE" && type != "FULL_OBJECT")
        throw Refused{invalid_request("Value for x-amz-checksum-type header is invalid.")};
    return type == "COMPOSITE";
}

std::uint64_t read_object_size(std::string_view text) {
    std::int64_t size = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), size);
    const std::string quoted = "'" + std::string(text) + "'";
    if (failure != std::errc{} || end != text.data() + text.size())
        throw Refused{invalid_request("Value for x-amz-mp-object-size header is invalid: " + quoted)};
    if (size < 0)
        throw Refused{invalid_request("Value for x-amz-mp-object-size header is less than zero: " + quoted)};
    return static_cast<std::uint64_t>(size);
}

// The kind of checksum of an upload, and whether it is of the whole or of the parts' checksums.
std::optional<model::Checksum> read_upload_checksum(const Exchange& exchange) {
    const auto algorithm = exchange.header("x-amz-checksum-algorithm");
    const auto type = exchange.header("x-amz-checksum-type");
    if (!algorithm) {
        if (type)
            throw Refused{invalid_request(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")};
        return std::nullopt;
    }
    const auto kind = base::parse_checksum_kind(*algorithm);
    if (!kind)
        throw Refused{invalid_request(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
            "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")};
    model::Checksum checksum{*kind, {}, *kind != base::ChecksumKind::crc64nvme};
    if (type) {
        checksum.composite = is_composite(*type);
        const bool possible =
            checksum.composite ? *kind != base::ChecksumKind::crc64nvme : base::is_crc(*kind);
        if (!possible)
            throw Refused{invalid_request("The " + std::string(*type) +
                                          " checksum type cannot be used with the " +
                                          base::to_lower(*algorithm) + " checksum algorithm.")};
    }
    return checksum;
}

std::vector<model::PartInfo> read_parts(const pugi::xml_node root) {
    std::vector<model::PartInfo> parts;
    for (const pugi::xml_node node : root.children("Part")) {
        model::PartInfo& part = parts.emplace_back();
        const int number = node.child("PartNumber").text().as_int(-1);
        if (number < 1 || number > 10'000 || !node.child("ETag")) throw Refused{malformed_xml()};
        part.number = static_cast<std::uint32_t>(number);
        part.etag = node.child("ETag").text().as_string();
        for (const base::ChecksumKind kind : base::kChecksumKinds)
            if (const auto value = node.child(checksum_element(kind).c_str()))
                part.checksum = model::Checksum{kind, value.text().as_string()};
    }
    if (parts.empty()) throw Refused{malformed_xml()};
    return parts;
}

// In the words of a completion, where they are its own. The request's headers are gone by then.
Error completion_refusal(const Exchange& exchange, const base::Error& error,
                         const std::optional<std::uint64_t>& announced_size) {
    const auto* const detail = dynamic_cast<const model::CompletionDetail*>(error.detail.get());
    if (!detail) return to_error(error, exchange.subject());
    const std::string number = std::to_string(detail->part);
    const std::string kind =
        detail->checksum ? base::to_lower(base::to_string(detail->checksum->kind)) : std::string{};
    if (error.code == make_error_code(model::BlobErrc::other_checksum_form))
        return invalid_request("The upload was created using the " +
                               std::string(detail->checksum ? name_of(*detail->checksum) : "null") +
                               " checksum mode. The complete request must use the same checksum mode.");
    if (error.code == make_error_code(model::BlobErrc::part_without_checksum))
        return invalid_request("The upload was created using a " + kind +
                               " checksum. The complete request must include the checksum for each part. It was "
                               "missing for part " +
                               number + " in the request.");
    if (error.code == make_error_code(model::BlobErrc::size_mismatch))
        return invalid_request("The provided 'x-amz-mp-object-size' header value " +
                               std::to_string(announced_size.value_or(0)) +
                               " does not match what was computed: " + std::to_string(detail->size));
    if (error.code == make_error_code(model::BlobErrc::bad_digest))
        return {"BadDigest", 400,
                "The " + kind + " you specified " +
                    (detail->part != 0 ? "for part " + number + " did not match what we received."
                                       : "did not match the calculated checksum.")};
    Subject subject = exchange.subject();
    subject.part = detail->part;
    return to_error(error, subject);
}

std::string location_of(const Exchange& exchange) {
    const auto& address = exchange.address;
    return "http://" + std::string(exchange.visit.request.host) +
           (address.in_host ? "/" : "/" + address.bucket + "/") + base::percent_encode(address.key, "/");
}

}  // namespace

void create_multipart_upload(const ExchangePtr& exchange) {
    model::PutOptions options = read_put_options(*exchange);
    options.if_match.reset();
    options.if_none_match.reset();
    options.checksum = read_upload_checksum(*exchange);
    Headers headers;
    add_encryption(headers, options.properties);
    if (options.checksum) {
        headers.emplace_back("x-amz-checksum-algorithm", base::to_string(options.checksum->kind));
        headers.emplace_back("x-amz-checksum-type", name_of(*options.checksum));
    }
    exchange->blobs().start_upload(
        exchange->address.bucket, exchange->address.key, std::move(options),
        [exchange, headers = std::move(headers)](const base::Result<std::string>& id) mutable {
            if (!id) return exchange->refuse(id.error());
            XmlAnswer answer("InitiateMultipartUploadResult");
            add_text(answer.root, "Bucket", exchange->address.bucket);
            add_text(answer.root, "Key", exchange->address.key);
            add_text(answer.root, "UploadId", *id);
            exchange->respond_xml(answer.document, 200, std::move(headers));
        });
}

void upload_part_copy(const ExchangePtr& exchange) {
    const CopySource source = read_copy_source(*exchange);
    const auto number = exchange->query_number("partNumber", 1, 10'000);
    if (!number) throw Refused{invalid_argument("PartNumber is required", "partNumber", "")};
    std::optional<model::ByteRange> range;
    if (const auto text = exchange->header("x-amz-copy-source-range")) {
        range = model::parse_byte_range(*text);
        if (!range || !range->first || !range->last)
            throw Refused{invalid_argument(
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first and "
                "last are the zero-based offsets of the first and last bytes to copy",
                "x-amz-copy-source-range", *text)};
    }
    auto conditions = read_conditions(*exchange, "x-amz-copy-source-");
    auto reader =
        exchange->blobs().get(source.bucket, source.key, conditions, range, model::Selection{source.version});
    const auto beyond = [&](std::uint64_t size) {
        return invalid_argument("Range specified is not valid for source object of size: " + std::to_string(size),
                                "x-amz-copy-source-range", exchange->header_or("x-amz-copy-source-range"));
    };
    if (!reader) {
        const base::Error& error = reader.error();
        const auto* const detail = dynamic_cast<const model::ObjectDetail*>(error.detail.get());
        if (detail && error.code == make_error_code(model::BlobErrc::invalid_range))
            return exchange->refuse(beyond(detail->object.size));
        return exchange->refuse(source_error(*exchange, error, source));
    }
    if (range && (*reader)->offset() + (*reader)->length() != *range->last + 1)
        throw Refused{beyond((*reader)->info().size)};
    const std::string upload_id = exchange->query_or("uploadId");
    const auto upload = exchange->blobs().upload(exchange->address.bucket, exchange->address.key, upload_id);
    if (!upload) return exchange->refuse(upload.error());
    auto writer = exchange->blobs().put_part(exchange->address.bucket, exchange->address.key, upload_id,
                                             static_cast<std::uint32_t>(*number), std::nullopt);
    if (!writer) return exchange->refuse(writer.error());
    std::optional<base::ChecksumStream> checksum;
    if (upload->checksum) checksum.emplace(upload->checksum->kind);
    std::string piece(256 * 1024, '\0');
    while (true) {
        const auto got = (*reader)->read(piece);
        if (!got) return exchange->refuse(got.error());
        if (*got == 0) break;
        const std::string_view bytes(piece.data(), *got);
        if (checksum) checksum->update(bytes);
        if (const auto written = (*writer)->write(bytes); !written) return exchange->refuse(written.error());
    }
    if (checksum) (*writer)->set_checksum({checksum->kind(), base::base64_encode(checksum->finish())});
    const std::shared_ptr<model::ObjectWriter> shared = std::move(*writer);
    shared->commit([exchange, source, shared](const base::Result<model::ObjectInfo>& part) {
        if (!part) return exchange->refuse(part.error());
        XmlAnswer answer("CopyPartResult");
        add_text(answer.root, "LastModified", base::format_rfc3339(part->modified_at));
        add_text(answer.root, "ETag", '"' + part->etag + '"');
        if (part->checksum)
            add_text(answer.root, checksum_element(part->checksum->kind).c_str(), part->checksum->value);
        Headers headers;
        if (source.version) headers.emplace_back("x-amz-copy-source-version-id", *source.version);
        add_encryption(headers, {});
        exchange->respond_xml(answer.document, 200, std::move(headers));
    });
}

void complete_multipart_upload(const ExchangePtr& exchange) {
    // The checksum in the headers is of the object, not of this document.
    std::string_view body = exchange->visit.request.body;
    pugi::xml_document document;
    std::vector<model::PartInfo> parts =
        read_parts(parse_document(document, body, "CompleteMultipartUpload"));
    model::CompleteOptions options;
    options.if_match = entity_tag(*exchange, "if-match");
    options.if_none_match = entity_tag(*exchange, "if-none-match");
    options.checksum = given_checksum(*exchange);
    if (const auto type = exchange->header("x-amz-checksum-type")) options.composite = is_composite(*type);
    if (const auto text = exchange->header("x-amz-mp-object-size")) options.size = read_object_size(*text);
    const auto size = options.size;
    exchange->blobs().complete_upload(
        exchange->address.bucket, exchange->address.key, exchange->query_or("uploadId"), std::move(parts),
        std::move(options), [exchange, size](const base::Result<model::ObjectInfo>& object) {
            if (!object) return exchange->refuse(completion_refusal(*exchange, object.error(), size));
            tell_expiration(*exchange, *object);
            XmlAnswer answer("CompleteMultipartUploadResult");
            add_text(answer.root, "Location", location_of(*exchange));
            add_text(answer.root, "Bucket", exchange->address.bucket);
            add_text(answer.root, "Key", exchange->address.key);
            add_text(answer.root, "ETag", '"' + object->etag + '"');
            if (object->checksum) {
                add_text(answer.root, checksum_element(object->checksum->kind).c_str(),
                         object->checksum->value);
                add_text(answer.root, "ChecksumType", name_of(*object->checksum));
            }
            Headers headers;
            if (!object->version_id.empty()) headers.emplace_back("x-amz-version-id", object->version_id);
            add_encryption(headers, object->properties);
            exchange->respond_xml(answer.document, 200, std::move(headers));
        });
}

void abort_multipart_upload(const ExchangePtr& exchange) {
    exchange->blobs().abort_upload(exchange->address.bucket, exchange->address.key,
                                   exchange->query_or("uploadId"), answer_nothing(exchange));
}

}  // namespace faasd::aws::s3
