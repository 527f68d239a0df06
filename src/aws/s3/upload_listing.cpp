// Uploads in progress, and the parts of one.
#include <algorithm>

#include "aws/protocol/xml.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::aws::s3 {
namespace {

// Of the parameters max-uploads and so on, which say where a listing begins and how long it is.
struct UploadPage {
    std::vector<model::UploadInfo> uploads;
    std::vector<std::string> prefixes;
    bool truncated = false;
    std::string next_key, next_id;
};

UploadPage page_of(std::vector<model::UploadInfo> all, const Exchange& exchange, std::uint64_t most) {
    const std::string prefix = exchange.query_or("prefix"), delimiter = exchange.query_or("delimiter");
    const std::string key_marker = exchange.query_or("key-marker"),
                      id_marker = exchange.query_or("upload-id-marker");
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
        const std::size_t found =
            delimiter.empty() ? std::string::npos : upload.key.find(delimiter, prefix.size());
        std::string common = found == std::string::npos ? "" : upload.key.substr(0, found + delimiter.size());
        if (!common.empty() && !page.prefixes.empty() && page.prefixes.back() == common) continue;
        if (page.uploads.size() + page.prefixes.size() == most) {
            page.truncated = most > 0;
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

void list_parts(const ExchangePtr& exchange) {
    const std::uint64_t most =
        std::min<std::uint64_t>(exchange->query_number("max-parts", 0, 2147483647).value_or(1000), 1000);
    const std::uint64_t after = exchange->query_number("part-number-marker", 0, 2147483647).value_or(0);
    const std::string id = exchange->query_or("uploadId");
    const auto upload = exchange->blobs().upload(exchange->address.bucket, exchange->address.key, id);
    if (!upload) return exchange->refuse(upload.error());
    auto parts = exchange->blobs().parts(exchange->address.bucket, exchange->address.key, id);
    if (!parts) return exchange->refuse(parts.error());
    std::erase_if(*parts, [&](const model::PartInfo& part) { return part.number <= after; });
    const bool truncated = most > 0 && parts->size() > most;
    if (parts->size() > most) parts->resize(most);
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
        if (part.checksum && upload->checksum)
            add_text(node, checksum_element(part.checksum->kind).c_str(), part.checksum->value);
    }
    exchange->respond_xml(answer.document);
}

void list_multipart_uploads(const ExchangePtr& exchange) {
    const std::uint64_t most =
        std::min<std::uint64_t>(exchange->query_number("max-uploads", 0, 2147483647).value_or(1000), 1000);
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

}  // namespace faasd::aws::s3
