#include <algorithm>

#include "aws/protocol/xml.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

namespace faasd::aws::s3 {
namespace {

// What all listings share: their encoding, and the elements that repeat the request.
class ListAnswer {
  public:
    ListAnswer(const Exchange& exchange, const char* root)
        : exchange_(exchange), answer_(root), encode_(exchange.query_or("encoding-type") == "url") {
        const auto type = exchange.query("encoding-type");
        if (type && *type != "url")
            throw Refused{
                invalid_argument("Invalid Encoding Method specified in Request", "encoding-type", *type)};
        most = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(exchange.query_number("max-keys", 0, 2147483647).value_or(1000), 1000));
        add_text(root_node(), "Name", exchange.address.bucket);
    }

    [[nodiscard]] pugi::xml_node root_node() { return answer_.root; }
    void add(const char* name, std::string_view text) { add_text(answer_.root, name, text); }
    void add_encoded(pugi::xml_node parent, const char* name, std::string_view text) const {
        if (!encode_) return add_text(parent, name, text);
        // As a form is encoded: clients decode a plus sign as a space.
        std::string encoded = base::percent_encode(text, "/* ");
        std::ranges::replace(encoded, ' ', '+');
        add_text(parent, name, encoded);
    }
    // Of the parameter of this name, where it is given.
    void echo(const char* element, const char* parameter, bool always = false) {
        const auto value = exchange_.query(parameter);
        if ((value && !value->empty()) || always) add_encoded(answer_.root, element, value.value_or(""));
    }
    void add_prefixes(const std::vector<std::string>& prefixes) {
        for (const std::string& prefix : prefixes)
            add_encoded(answer_.root.append_child("CommonPrefixes"), "Prefix", prefix);
    }
    void add_object(const model::ObjectInfo& object, const char* element, bool with_owner) {
        auto node = answer_.root.append_child(element);
        add_encoded(node, "Key", object.key);
        if (std::string_view(element) != "Contents") {
            add_text(node, "VersionId", object.version_id.empty() ? "null" : object.version_id);
            add_text(node, "IsLatest", object.latest ? "true" : "false");
        }
        add_text(node, "LastModified", base::format_rfc3339(object.modified_at));
        if (!object.delete_marker) {
            add_text(node, "ETag", '"' + object.etag + '"');
            if (object.checksum) {
                add_text(node, "ChecksumAlgorithm", base::to_string(object.checksum->kind));
                add_text(node, "ChecksumType", object.checksum->composite ? "COMPOSITE" : "FULL_OBJECT");
            }
            add_text(node, "Size", std::to_string(object.size));
            add_text(node, "StorageClass", storage_class(object.properties));
        }
        if (with_owner) write_owner(node.append_child("Owner"), owner());
    }
    void finish(Exchange& exchange) {
        if (encode_) add("EncodingType", "url");
        exchange.respond_xml(answer_.document);
    }
    std::uint32_t most = 1000;

  private:
    const std::string& owner() {
        if (owner_.empty()) {
            const auto bucket = exchange_.blobs().bucket(exchange_.address.bucket);
            owner_ = bucket && !bucket->account.empty() ? bucket->account : Scope{}.account;
        }
        return owner_;
    }
    const Exchange& exchange_;
    XmlAnswer answer_;
    bool encode_;
    std::string owner_;
};

}  // namespace

void list_objects(const ExchangePtr& exchange) {
    ListAnswer answer(*exchange, "ListBucketResult");
    model::ListRequest request;
    request.prefix = exchange->query_or("prefix");
    request.delimiter = exchange->query_or("delimiter");
    request.start_after = exchange->query_or("marker");
    request.max_keys = answer.most;
    const auto page = exchange->blobs().list(exchange->address.bucket, request);
    if (!page) return exchange->refuse(page.error());
    answer.echo("Prefix", "prefix", true);
    answer.echo("Marker", "marker", true);
    answer.add("MaxKeys", std::to_string(answer.most));
    answer.echo("Delimiter", "delimiter");
    answer.add("IsTruncated", page->truncated ? "true" : "false");
    // The last entry of the page, of whichever kind; without a delimiter, clients take it from the keys.
    if (page->truncated && !request.delimiter.empty()) {
        std::string last;
        if (!page->objects.empty()) last = page->objects.back().key;
        if (!page->common_prefixes.empty()) last = std::max(last, page->common_prefixes.back());
        answer.add_encoded(answer.root_node(), "NextMarker", last);
    }
    for (const model::ObjectInfo& object : page->objects)
        answer.add_object(object, "Contents", true);
    answer.add_prefixes(page->common_prefixes);
    answer.finish(*exchange);
}

void list_objects_v2(const ExchangePtr& exchange) {
    if (exchange->query_or("list-type") != "2")
        throw Refused{invalid_argument("Invalid List Type specified in Request", "list-type",
                                       exchange->query_or("list-type"))};
    ListAnswer answer(*exchange, "ListBucketResult");
    model::ListRequest request;
    request.prefix = exchange->query_or("prefix");
    request.delimiter = exchange->query_or("delimiter");
    request.start_after = exchange->query_or("start-after");
    const auto token = exchange->query("continuation-token");
    if (token && token->empty())
        throw Refused{
            invalid_argument("The continuation token provided is incorrect", "continuation-token", "")};
    request.continuation_token = token.value_or("");
    request.max_keys = answer.most;
    const auto page = exchange->blobs().list(exchange->address.bucket, request);
    if (!page) {
        if (page.error().code == make_error_code(model::BlobErrc::invalid_argument))
            throw Refused{invalid_argument("The continuation token provided is incorrect",
                                           "continuation-token", token.value_or(""))};
        return exchange->refuse(page.error());
    }
    answer.echo("Prefix", "prefix", true);
    answer.echo("Delimiter", "delimiter");
    answer.add("MaxKeys", std::to_string(answer.most));
    answer.add("KeyCount", std::to_string(page->objects.size() + page->common_prefixes.size()));
    answer.add("IsTruncated", page->truncated ? "true" : "false");
    if (token) answer.add("ContinuationToken", *token);
    if (page->truncated) answer.add("NextContinuationToken", page->next_token);
    answer.echo("StartAfter", "start-after");
    const bool with_owner = exchange->query_or("fetch-owner") == "true";
    for (const model::ObjectInfo& object : page->objects)
        answer.add_object(object, "Contents", with_owner);
    answer.add_prefixes(page->common_prefixes);
    answer.finish(*exchange);
}

void list_object_versions(const ExchangePtr& exchange) {
    ListAnswer answer(*exchange, "ListVersionsResult");
    model::VersionListRequest request;
    request.prefix = exchange->query_or("prefix");
    request.delimiter = exchange->query_or("delimiter");
    request.key_marker = exchange->query_or("key-marker");
    request.version_marker = exchange->query_or("version-id-marker");
    request.max_keys = answer.most;
    if (!request.version_marker.empty() && request.key_marker.empty())
        throw Refused{invalid_argument("A version-id marker cannot be specified without a key marker.",
                                       "version-id-marker", request.version_marker)};
    const auto page = exchange->blobs().list_versions(exchange->address.bucket, request);
    if (!page) return exchange->refuse(page.error());
    answer.echo("Prefix", "prefix", true);
    answer.echo("KeyMarker", "key-marker", true);
    answer.echo("VersionIdMarker", "version-id-marker", true);
    answer.add("MaxKeys", std::to_string(answer.most));
    answer.echo("Delimiter", "delimiter");
    answer.add("IsTruncated", page->truncated ? "true" : "false");
    if (page->truncated) {
        answer.add_encoded(answer.root_node(), "NextKeyMarker", page->next_key_marker);
        if (!page->next_version_marker.empty()) answer.add("NextVersionIdMarker", page->next_version_marker);
    }
    for (const model::ObjectInfo& version : page->versions)
        answer.add_object(version, version.delete_marker ? "DeleteMarker" : "Version", true);
    answer.add_prefixes(page->common_prefixes);
    answer.finish(*exchange);
}

}  // namespace faasd::aws::s3
