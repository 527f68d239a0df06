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

// The kind of checksum of an upload, and whether it is of the whole or of the parts' checksums.
std::optional<model::Checksum> read_upload_checksum(const Exchange& exchange) {
    const auto algorithm = exchange.header("x-amz-checksum-algorithm");
    const auto type = exchange.header("x-amz-checksum-type");
    if (!algorithm) {
        if (type) throw Refused{invalid_request("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")};
        return std::nullopt;
    }
    const auto kind = base::parse_checksum_kind(*algorithm);
    if (!kind)
        throw Refused{invalid_request("Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                                      "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")};
    model::Checksum checksum{*kind, {}, *kind != base::ChecksumKind::crc64nvme};
    if (type) {
        if (*type != "COMPOSITE" && *type != "FULL_OBJECT")
            throw Refused{invalid_request("Value for x-amz-checksum-type header is invalid.")};
        checksum.composite = *type == "COMPOSITE";
        const bool possible = checksum.composite ? *kind != base::ChecksumKind::crc64nvme : base::is_crc(*kind);
        if (!possible)
            throw Refused{invalid_request("The " + std::string(*type) + " checksum type cannot be used with the " +
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

std::string location_of(const Exchange& exchange) {
    const auto& address = exchange.address;
    return "http://" + std::string(exchange.visit.request.host) + (address.in_host ? "/" : "/" + address.bucket + "/") +
           base::percent_encode(address.key, "/");
}

// Of the parameters max-uploads and so on, which say where a listing begins and how long it is.
struct UploadPage {
    std::vector<model::UploadInfo> uploads;
    std::vector<std::string> prefixes;
    bool truncated = false;
    std::string next_key, next_id;
};

UploadPage page_of(std::vector<model::UploadInfo> all, const Exchange& exchange, std::uint64_t most) {
    const std::string prefix = exchange.query_or("prefix"), delimiter = exchange.query_or("delimiter");
    const std::string key_marker = exchange.query_or("key-marker"), id_marker = exchange.query_or("upload-id-marker");
    UploadPage page;
    bool behind_id = id_marker.empty();
    for (model::UploadInfo& upload : all) {
        if (!upload.key.starts_with(prefix) || upload.key < key_marker) continue;
        if (!key_marker.empty() && upload.key == key_marker) {
            if (id_marker.empty()) continue;
            if (!behind_id) {
                behind_id = upload.upload_id == id_marker;
                continue;
            }
        }
        const std::size_t found = delimiter.empty() ? std::string::npos : upload.key.find(delimiter, prefix.size());
        std::string common = found == std::string::npos ? "" : upload.key.substr(0, found + delimiter.size());
        if (!common.empty() && !page.prefixes.empty() && page.prefixes.back() == common) continue;
        if (page.uploads.size() + page.prefixes.size() == most) {
            page.truncated = true;
            break;
        }
        page.next_key = upload.key;
        page.next_id = upload.upload_id;
        if (common.empty())
            page.uploads.push_back(std::move(upload));
        else
            page.prefixes.push_back(std::move(common));
    }
    return page;
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
        headers.emplace_back("x-amz-checksum-type", options.checksum->composite ? "COMPOSITE" : "FULL_OBJECT");
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
        range = parse_range(*text);
        if (!range || !range->first || !range->last)
            throw Refused{invalid_argument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and "
                                           "last are the zero-based offsets of the first and last bytes to copy",
                                           "x-amz-copy-source-range", *text)};
    }
    auto conditions = read_conditions(*exchange, "x-amz-copy-source-");
    auto reader = exchange->blobs().get(source.bucket, source.key, conditions, range, model::Selection{source.version});
    if (!reader) {
        Error error = copy_error(*exchange, reader.error(), source);
        if (error.code == "NotModified")
            error = make_error("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold");
        return exchange->refuse(error);
    }
    if (range && (*reader)->offset() + (*reader)->length() != *range->last + 1)
        throw Refused{invalid_argument("Range specified is not valid for source object of size: " +
                                           std::to_string((*reader)->info().size),
                                       "x-amz-copy-source-range", exchange->header_or("x-amz-copy-source-range"))};
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
        if (part->checksum) add_text(answer.root, checksum_element(part->checksum->kind).c_str(), part->checksum->value);
        Headers headers;
        if (source.version) headers.emplace_back("x-amz-copy-source-version-id", *source.version);
        add_encryption(headers, {});
        exchange->respond_xml(answer.document, 200, std::move(headers));
    });
}

void list_parts(const ExchangePtr& exchange) {
    const std::uint64_t most = std::min<std::uint64_t>(exchange->query_number("max-parts", 0, 2147483647).value_or(1000), 1000);
    const std::uint64_t after = exchange->query_number("part-number-marker", 0, 2147483647).value_or(0);
    const std::string id = exchange->query_or("uploadId");
    const auto upload = exchange->blobs().upload(exchange->address.bucket, exchange->address.key, id);
    if (!upload) return exchange->refuse(upload.error());
    auto parts = exchange->blobs().parts(exchange->address.bucket, exchange->address.key, id);
    if (!parts) return exchange->refuse(parts.error());
    std::erase_if(*parts, [&](const model::PartInfo& part) { return part.number <= after; });
    const bool truncated = parts->size() > most;
    if (truncated) parts->resize(most);
    XmlAnswer answer("ListPartsResult");
    add_text(answer.root, "Bucket", exchange->address.bucket);
    add_text(answer.root, "Key", exchange->address.key);
    add_text(answer.root, "UploadId", id);
    write_owner(answer.root.append_child("Initiator"), exchange->visit.scope.account);
    write_owner(answer.root.append_child("Owner"), exchange->visit.scope.account);
    add_text(answer.root, "StorageClass", storage_class(upload->properties));
    if (upload->checksum) {
        add_text(answer.root, "ChecksumAlgorithm", base::to_string(upload->checksum->kind));
        add_text(answer.root, "ChecksumType", upload->checksum->composite ? "COMPOSITE" : "FULL_OBJECT");
    }
    add_text(answer.root, "PartNumberMarker", std::to_string(after));
    add_text(answer.root, "NextPartNumberMarker", std::to_string(parts->empty() ? 0 : parts->back().number));
    add_text(answer.root, "MaxParts", std::to_string(most));
    add_text(answer.root, "IsTruncated", truncated ? "true" : "false");
    for (const model::PartInfo& part : *parts) {
        auto node = answer.root.append_child("Part");
        add_text(node, "PartNumber", std::to_string(part.number));
        add_text(node, "LastModified", base::format_rfc3339(part.modified_at));
        add_text(node, "ETag", '"' + part.etag + '"');
        add_text(node, "Size", std::to_string(part.size));
        if (part.checksum) add_text(node, checksum_element(part.checksum->kind).c_str(), part.checksum->value);
    }
    exchange->respond_xml(answer.document);
}

void list_multipart_uploads(const ExchangePtr& exchange) {
    const std::uint64_t most = std::min<std::uint64_t>(exchange->query_number("max-uploads", 0, 2147483647).value_or(1000), 1000);
    const bool encode = exchange->query_or("encoding-type") == "url";
    const auto add = [&](pugi::xml_node node, const char* name, std::string_view text) {
        add_text(node, name, encode ? base::percent_encode(text, "/*") : std::string(text));
    };
    auto uploads = exchange->blobs().uploads(exchange->address.bucket);
    if (!uploads) return exchange->refuse(uploads.error());
    const UploadPage page = page_of(std::move(*uploads), *exchange, most);
    XmlAnswer answer("ListMultipartUploadsResult");
    add_text(answer.root, "Bucket", exchange->address.bucket);
    add(answer.root, "KeyMarker", exchange->query_or("key-marker"));
    add_text(answer.root, "UploadIdMarker", exchange->query_or("upload-id-marker"));
    if (page.truncated) {
        add(answer.root, "NextKeyMarker", page.next_key);
        add_text(answer.root, "NextUploadIdMarker", page.next_id);
    }
    if (exchange->query("prefix")) add(answer.root, "Prefix", exchange->query_or("prefix"));
    if (exchange->query("delimiter")) add(answer.root, "Delimiter", exchange->query_or("delimiter"));
    add_text(answer.root, "MaxUploads", std::to_string(most));
    add_text(answer.root, "IsTruncated", page.truncated ? "true" : "false");
    for (const model::UploadInfo& upload : page.uploads) {
        auto node = answer.root.append_child("Upload");
        add(node, "Key", upload.key);
        add_text(node, "UploadId", upload.upload_id);
        write_owner(node.append_child("Initiator"), exchange->visit.scope.account);
        write_owner(node.append_child("Owner"), exchange->visit.scope.account);
        add_text(node, "StorageClass", storage_class(upload.properties));
        add_text(node, "Initiated", base::format_rfc3339(upload.started_at));
        if (upload.checksum) {
            add_text(node, "ChecksumAlgorithm", base::to_string(upload.checksum->kind));
            add_text(node, "ChecksumType", upload.checksum->composite ? "COMPOSITE" : "FULL_OBJECT");
        }
    }
    for (const std::string& prefix : page.prefixes)
        add(answer.root.append_child("CommonPrefixes"), "Prefix", prefix);
    if (encode) add_text(answer.root, "EncodingType", "url");
    exchange->respond_xml(answer.document);
}

void complete_multipart_upload(const ExchangePtr& exchange) {
    // The checksum in the headers is of the object, not of this document.
    std::string_view body = exchange->visit.request.body;
    pugi::xml_document document;
    std::vector<model::PartInfo> parts = read_parts(parse_document(document, body, "CompleteMultipartUpload"));
    model::CompleteOptions options;
    options.if_match = entity_tag(*exchange, "if-match");
    options.if_none_match = entity_tag(*exchange, "if-none-match");
    options.checksum = given_checksum(*exchange);
    if (const auto size = exchange->header("x-amz-mp-object-size")) options.size = std::strtoull(std::string(*size).c_str(), nullptr, 10);
    exchange->blobs().complete_upload(
        exchange->address.bucket, exchange->address.key, exchange->query_or("uploadId"), std::move(parts), std::move(options),
        [exchange](const base::Result<model::ObjectInfo>& object) {
            if (!object) {
                Error error = to_error(object.error(), exchange->subject());
                if (error.code == "BadDigest")
                    error.message = "The checksum you specified did not match the calculated checksum.";
                else if (error.code == "InvalidArgument")
                    error = invalid_request("The provided 'x-amz-mp-object-size' header does not match what was computed");
                return exchange->refuse(error);
            }
            XmlAnswer answer("CompleteMultipartUploadResult");
            add_text(answer.root, "Location", location_of(*exchange));
            add_text(answer.root, "Bucket", exchange->address.bucket);
            add_text(answer.root, "Key", exchange->address.key);
            add_text(answer.root, "ETag", '"' + object->etag + '"');
            if (object->checksum) {
                add_text(answer.root, checksum_element(object->checksum->kind).c_str(), object->checksum->value);
                add_text(answer.root, "ChecksumType", object->checksum->composite ? "COMPOSITE" : "FULL_OBJECT");
            }
            Headers headers;
            if (!object->version_id.empty() && object->version_id != "null")
                headers.emplace_back("x-amz-version-id", object->version_id);
            add_encryption(headers, object->properties);
            exchange->respond_xml(answer.document, 200, std::move(headers));
        });
}

void abort_multipart_upload(const ExchangePtr& exchange) {
    exchange->blobs().abort_upload(exchange->address.bucket, exchange->address.key, exchange->query_or("uploadId"),
                                   answer_nothing(exchange));
}

}  // namespace faasd::aws::s3
