// Buckets of objects with the semantics of Amazon S3 (User Guide and API Reference, API version 2006-03-01).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/transaction.hpp"

namespace faasd::model {

enum class BlobErrc {
    no_such_bucket = 1,
    no_such_key,
    no_such_upload,
    bucket_exists,
    bucket_not_empty,
    invalid_bucket_name,
    invalid_key,             // empty, over 1024 bytes, not UTF-8
    precondition_failed,     // 412
    not_modified,            // 304
    invalid_range,           // 416
    bad_digest,              // Content-MD5 does not match
    invalid_part,            // a part missing or with another ETag
    invalid_part_order,
    entity_too_small,        // a part but the last under 5 MiB
    entity_too_large,
    invalid_argument,
};

using Metadata = std::map<std::string, std::string>;  // names in lower case, without "x-amz-meta-"

struct ObjectInfo {
    std::string key;
    std::uint64_t size = 0;
    std::string etag;  // MD5 in hex, or "<md5 of md5s>-<parts>"; without quotes
    std::string content_type = "binary/octet-stream";
    Metadata metadata;
    Metadata headers;  // Cache-Control, Content-Disposition, Content-Encoding, Content-Language, Expires
    base::TimePoint modified_at{};
    std::string version_id;  // empty while versioning is off
    std::string trace;       // of the write
};

// With the errors of a read that depend on the object: not_modified, precondition_failed, invalid_range. Their
// answers name its ETag, or its size (Content-Range: bytes */size).
struct ObjectDetail : base::ErrorDetail {
    ObjectInfo object;
};

struct ReadConditions {  // RFC 9110 section 13; ETags without quotes, "*" is any
    std::optional<std::string> if_match{}, if_none_match{};
    std::optional<base::TimePoint> if_modified_since{}, if_unmodified_since{};
};

struct ByteRange {  // first..last inclusive; without first: the last `last` bytes; without last: to the end
    std::optional<std::uint64_t> first{}, last{};
};

struct PutOptions {
    std::string content_type = "binary/octet-stream";
    Metadata metadata;
    Metadata headers;
    std::optional<std::string> if_match, if_none_match;  // If-None-Match: * creates only
    std::optional<std::string> content_md5;              // 16 raw bytes; checked before anything is stored
    std::string trace;
};

// Written piece by piece, visible only when committed. Not thread-safe; write() blocks on the file system, so
// keep it off the I/O thread. Destroying it before commit() leaves nothing behind.
class ObjectWriter {
  public:
    virtual ~ObjectWriter() = default;
    [[nodiscard]] virtual base::Result<> write(std::string_view bytes) = 0;
    // Conditions are checked here, atomically. `done` runs on the store's writer thread.
    virtual void commit(base::Completion<ObjectInfo> done) = 0;
};

// An open object keeps its bytes even when it is overwritten or deleted meanwhile. Not thread-safe; read() blocks.
class ObjectReader {
  public:
    virtual ~ObjectReader() = default;
    [[nodiscard]] virtual const ObjectInfo& info() const = 0;
    // What the range selects of it: offset and length in bytes.
    [[nodiscard]] virtual std::uint64_t offset() const = 0;
    [[nodiscard]] virtual std::uint64_t length() const = 0;
    // The number of bytes read; 0 at the end.
    [[nodiscard]] virtual base::Result<std::size_t> read(std::span<char> into) = 0;
};

struct ListRequest {
    std::string prefix{};
    std::string delimiter{};
    std::string start_after{};         // keys after this one
    std::string continuation_token{};  // of an earlier page; wins over start_after
    std::uint32_t max_keys = 1000;     // keys and common prefixes together
};
struct ListPage {
    std::vector<ObjectInfo> objects;
    std::vector<std::string> common_prefixes;
    std::string next_token;  // empty on the last page
    bool truncated = false;
};

struct PartInfo {
    std::uint32_t number = 0;  // [1, 10000]
    std::string etag;
    std::uint64_t size = 0;
    base::TimePoint modified_at{};
};
struct UploadInfo {
    std::string upload_id, key;
    base::TimePoint started_at{};
};

enum class BlobEventKind { created, removed };
// A committed change, handed out inside the transaction that makes it.
struct BlobChange {
    BlobEventKind kind{};
    std::string name;  // "ObjectCreated:Put", ":Copy", ":CompleteMultipartUpload", "ObjectRemoved:Delete"
    std::string bucket;
    ObjectInfo object;
    base::TimePoint at{};
    std::string sequencer;  // orders the events of one key
};
// Called on the writer thread within the transaction; what it writes through the transaction commits with the object.
using BlobChangeSink = std::function<base::Result<>(Transaction&, const BlobChange&)>;

struct BucketInfo {
    std::string name;
    base::TimePoint created_at{};
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;
};

// Thread-safe. Reads block briefly; completions run on the store's writer thread.
class Blobs {
  public:
    virtual ~Blobs() = default;
    virtual void create_bucket(std::string name, base::Completion<> done) = 0;  // bucket_exists if it is there
    virtual void ensure_bucket(std::string name, base::Completion<> done) = 0;
    virtual void remove_bucket(std::string name, base::Completion<> done) = 0;
    [[nodiscard]] virtual std::vector<BucketInfo> buckets() = 0;
    [[nodiscard]] virtual bool bucket_exists(std::string_view name) = 0;

    [[nodiscard]] virtual base::Result<std::unique_ptr<ObjectWriter>> put(std::string bucket, std::string key,
                                                                          PutOptions options) = 0;
    [[nodiscard]] virtual base::Result<std::unique_ptr<ObjectReader>> get(std::string_view bucket, std::string_view key,
                                                                          const ReadConditions& conditions = {},
                                                                          std::optional<ByteRange> range = {}) = 0;
    [[nodiscard]] virtual base::Result<ObjectInfo> head(std::string_view bucket, std::string_view key,
                                                        const ReadConditions& conditions = {}) = 0;
    // Deleting what is not there succeeds. `trace`: of the cause.
    virtual void remove(std::string bucket, std::string key, std::string trace, base::Completion<> done) = 0;
    struct CopyRequest {
        std::string from_bucket, from_key, to_bucket, to_key;
        ReadConditions conditions;               // on the source
        std::optional<PutOptions> replace;       // metadata directive REPLACE
        std::string trace;
    };
    virtual void copy(CopyRequest request, base::Completion<ObjectInfo> done) = 0;
    [[nodiscard]] virtual base::Result<ListPage> list(std::string_view bucket, const ListRequest& request) = 0;

    virtual void start_upload(std::string bucket, std::string key, PutOptions options,
                              base::Completion<std::string> upload_id) = 0;
    // The writer's commit() yields an ObjectInfo with the part's size and ETag.
    [[nodiscard]] virtual base::Result<std::unique_ptr<ObjectWriter>> put_part(
        std::string bucket, std::string key, std::string upload_id, std::uint32_t number,
        std::optional<std::string> content_md5) = 0;
    virtual void complete_upload(std::string bucket, std::string key, std::string upload_id,
                                 std::vector<PartInfo> parts, base::Completion<ObjectInfo> done) = 0;
    virtual void abort_upload(std::string bucket, std::string key, std::string upload_id, base::Completion<> done) = 0;
    [[nodiscard]] virtual base::Result<std::vector<PartInfo>> parts(std::string_view bucket, std::string_view key,
                                                                    std::string_view upload_id) = 0;
    [[nodiscard]] virtual base::Result<std::vector<UploadInfo>> uploads(std::string_view bucket) = 0;

    // Every committed change passes here. Set before the first write.
    virtual void on_change(BlobChangeSink sink) = 0;
};

[[nodiscard]] const std::error_category& blob_category();
[[nodiscard]] inline std::error_code make_error_code(BlobErrc e) { return {static_cast<int>(e), blob_category()}; }

}  // namespace faasd::model

template <>
struct std::is_error_code_enum<faasd::model::BlobErrc> : std::true_type {};
