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

#include "base/checksum.hpp"
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
    bad_digest,              // Content-MD5 or a checksum does not match
    invalid_part,            // a part missing or with another ETag
    invalid_part_order,
    entity_too_small,        // a part but the last under 5 MiB
    entity_too_large,
    invalid_argument,
    no_such_version,
    delete_marker,           // the version asked for, or the newest one, is a delete marker
    locked,                  // a retention or a legal hold protects the version
    no_object_lock,          // the bucket has none
    invalid_bucket_state,    // a setting that goes with another: a locked bucket's versioning cannot be suspended
    other_checksum_form,     // a completion takes its upload's checksum for composite, or for one of the whole, and it is not
    part_without_checksum,   // of an upload whose parts have them; a completion has to name each
    size_mismatch,           // the parts together are not as long as announced
    metadata_too_large,      // over 2 KB of names and values
    no_versioning,           // what an object lock needs of its bucket
};

using Metadata = std::map<std::string, std::string>;  // names in lower case, without "x-amz-meta-"

// Of the whole object, or of the checksums of its parts (composite: "<base64>-<parts>").
struct Checksum {
    base::ChecksumKind kind = base::ChecksumKind::crc32;
    std::string value;  // base64
    bool composite = false;
    bool operator==(const Checksum&) const = default;
};

struct Retention {
    bool compliance = false;  // nobody may shorten it; else GOVERNANCE, which some may bypass
    base::TimePoint until{};
    bool operator==(const Retention&) const = default;
};

struct ObjectInfo {
    std::string key;
    std::uint64_t size = 0;
    std::string etag;  // MD5 in hex, or "<md5 of md5s>-<parts>"; without quotes
    std::string content_type = "binary/octet-stream";
    Metadata metadata;
    Metadata headers;  // Cache-Control, Content-Disposition, Content-Encoding, Content-Language, Expires
    base::TimePoint modified_at{};
    std::string version_id;  // empty while versioning was never on; "null": written without
    std::string trace;       // of the write
    bool delete_marker = false;
    bool latest = true;
    Metadata tags{};                       // as they are written
    std::optional<Checksum> checksum{};
    std::optional<Retention> retention{};
    bool legal_hold = false;
    std::uint32_t parts = 0;               // of a multipart upload; 0: it was put in one piece
    Metadata properties{};                 // what the engine keeps for its callers: "storage-class", "acl", ...
};

// With the errors of a read that depend on the object: not_modified, precondition_failed, invalid_range. Their
// answers name its ETag, or its size (Content-Range: bytes */size).
struct ObjectDetail : base::ErrorDetail {
    ObjectInfo object;
    std::string condition{};  // the header of one that does not hold
};

// With the errors of a copy that its source is the cause of.
struct CopySourceDetail : ObjectDetail {};

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
    Metadata tags{};
    Metadata properties{};
    std::optional<Retention> retention{};  // none: the bucket's default
    bool legal_hold = false;
    // Of an upload: the kind that its parts have, and how they make one; no value. None: CRC64NVME of the whole.
    std::optional<Checksum> checksum{};
    bool by_form = false;                  // a browser's form brought it: what its event is called
};

// Written piece by piece, visible only when committed. Not thread-safe; write() blocks on the file system, so
// keep it off the I/O thread. Destroying it before commit() leaves nothing behind.
class ObjectWriter {
  public:
    virtual ~ObjectWriter() = default;
    [[nodiscard]] virtual base::Result<> write(std::string_view bytes) = 0;
    // Before commit(): kept with the object, in place of the CRC64NVME that it has otherwise. Whether it is right is
    // the caller's to know. A part is kept with it only where its upload began with that kind; its answer has it anyway.
    virtual void set_checksum(Checksum checksum) = 0;
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
    std::optional<Checksum> checksum{};
};
struct UploadInfo {
    std::string upload_id, key;
    base::TimePoint started_at{};
    std::optional<Checksum> checksum{};  // kind and form alone; none: it began without
    Metadata properties{};
};

// With the errors of a completion that one part, the checksum or the size is the cause of.
struct CompletionDetail : base::ErrorDetail {
    std::uint32_t part = 0;                 // 0: it is about the whole
    std::optional<Checksum> checksum{};     // kind and form of that in question; none: the upload began without
    std::uint64_t size = 0;                 // with size_mismatch: of the parts together
};

// Which version of an object, and which part of it (1 …; 0: all).
struct Selection {
    std::optional<std::string> version{};  // none: the newest
    std::uint32_t part = 0;
};

struct VersionListRequest {
    std::string prefix{};
    std::string delimiter{};
    std::string key_marker{};      // after this key, or after this version of it
    std::string version_marker{};
    std::uint32_t max_keys = 1000;
};
struct VersionPage {
    std::vector<ObjectInfo> versions;  // by key, the newest first, delete markers among them
    std::vector<std::string> common_prefixes;
    std::string next_key_marker, next_version_marker;
    bool truncated = false;
};

enum class Versioning { off, enabled, suspended };

// S3 User Guide, "Locking objects with Object Lock".
struct ObjectLock {
    bool enabled = false;
    bool compliance = false;  // the default retention's mode
    std::uint32_t days = 0, years = 0;  // its period; both 0: there is no default
};

// S3 User Guide, "Managing the lifecycle of objects". Days count to the midnight (UTC) after them.
struct LifecycleRule {
    std::string id;
    bool enabled = true;
    std::string prefix;
    Metadata tags;  // all of them
    std::optional<std::uint64_t> larger_than{}, smaller_than{};
    std::optional<std::uint32_t> expire_days{};
    std::optional<base::TimePoint> expire_date{};
    bool expire_lone_markers = false;
    std::optional<std::uint32_t> noncurrent_days{};
    std::uint32_t keep_noncurrent = 0;
    std::optional<std::uint32_t> abort_upload_days{};
};

struct Expiration {
    base::TimePoint at{};  // a midnight (UTC)
    std::string rule;      // its id
};

enum class BlobEventKind { created, removed, changed };  // changed: its tags
// A committed change, handed out inside the transaction that makes it.
struct BlobChange {
    BlobEventKind kind{};
    std::string name;  // "ObjectCreated:Put", ":Post", ":Copy", ":CompleteMultipartUpload", "ObjectRemoved:Delete", …
    std::string bucket;
    ObjectInfo object;
    base::TimePoint at{};
    std::string sequencer;  // orders the events of one key
    std::string_view notifications{};  // the bucket's document of that name; empty where it has none
};
// Called on the writer thread within the transaction; what it writes through the transaction commits with the object.
using BlobChangeSink = std::function<base::Result<>(Transaction&, const BlobChange&)>;

struct BucketInfo {
    std::string name;
    base::TimePoint created_at{};
    std::uint64_t objects = 0;  // these two without versions that are not the newest
    std::uint64_t bytes = 0;
    std::string account, region;  // of whoever created it; empty: the default's
    Versioning versioning = Versioning::off;
    ObjectLock lock{};
};

struct NewBucket {
    std::string name, account{}, region{};
    bool object_lock = false;  // with versioning, then
};

struct RemoveRequest {
    std::string bucket, key;
    std::optional<std::string> version{};  // none: the newest goes, or is hidden by a delete marker
    std::string trace{};
    bool bypass_governance = false;
    bool force = false;  // past any lock: everything is being deleted
    std::optional<std::string> if_match{};
};
struct Removed {
    bool delete_marker = false;  // one was made, or taken away
    std::string version_id;      // its, or that of what was removed; empty without versioning
};

struct ObjectUpdate {  // what is set is changed
    std::optional<Metadata> tags{};
    std::optional<std::optional<Retention>> retention{};
    bool bypass_governance = false;
    std::optional<bool> legal_hold{};
    Metadata properties{};  // an empty value takes one away
    std::string trace{};
};

struct CompleteOptions {
    std::optional<std::string> if_match{}, if_none_match{};
    std::optional<Checksum> checksum{};   // of the whole; bad_digest where it is another
    std::optional<bool> composite{};      // what it is taken for; none: S3 takes it for composite wherever it can be
    std::optional<std::uint64_t> size{};  // size_mismatch where it is another
};

// With bucket_exists.
struct BucketDetail : base::ErrorDetail {
    BucketInfo bucket;
};

// Thread-safe. Reads block briefly; completions run on the store's writer thread.
class Blobs {
  public:
    virtual ~Blobs() = default;
    virtual void create_bucket(std::string name, base::Completion<> done) = 0;  // bucket_exists if it is there
    virtual void ensure_bucket(std::string name, base::Completion<> done) = 0;
    // The same with an owner; a bucket that is there is found in the error's BucketDetail.
    virtual void create_bucket(NewBucket bucket, base::Completion<> done) = 0;
    virtual void remove_bucket(std::string name, base::Completion<> done) = 0;
    [[nodiscard]] virtual std::vector<BucketInfo> buckets() = 0;
    [[nodiscard]] virtual bool bucket_exists(std::string_view name) = 0;
    [[nodiscard]] virtual base::Result<BucketInfo> bucket(std::string_view name) = 0;
    virtual void set_versioning(std::string bucket, Versioning versioning, base::Completion<> done) = 0;
    virtual void set_object_lock(std::string bucket, ObjectLock lock, base::Completion<> done) = 0;
    // Expired objects go at midnight (UTC), or soon after where nobody was there to do it.
    virtual void set_lifecycle(std::string bucket, std::vector<LifecycleRule> rules, base::Completion<> done) = 0;
    [[nodiscard]] virtual base::Result<std::vector<LifecycleRule>> lifecycle(std::string_view bucket) = 0;
    // When the bucket's rules take this object away, by the first of them to do so; nothing of one that is not the newest.
    // From memory, for those who ask with every read.
    [[nodiscard]] virtual std::optional<Expiration> expiration(std::string_view bucket, const ObjectInfo& object) = 0;
    // What else a bucket is set to, kept by name for those who understand it. "notifications" goes along with
    // every change. Empty where there is none.
    [[nodiscard]] virtual base::Result<std::string> document(std::string_view bucket, std::string_view name) = 0;
    virtual void set_document(std::string bucket, std::string name, std::string text, base::Completion<> done) = 0;

    [[nodiscard]] virtual base::Result<std::unique_ptr<ObjectWriter>> put(std::string bucket, std::string key,
                                                                          PutOptions options) = 0;
    [[nodiscard]] virtual base::Result<std::unique_ptr<ObjectReader>> get(std::string_view bucket, std::string_view key,
                                                                          const ReadConditions& conditions = {},
                                                                          std::optional<ByteRange> range = {},
                                                                          const Selection& which = {}) = 0;
    [[nodiscard]] virtual base::Result<ObjectInfo> head(std::string_view bucket, std::string_view key,
                                                        const ReadConditions& conditions = {},
                                                        const Selection& which = {}) = 0;
    // The pieces that it was uploaded in.
    [[nodiscard]] virtual base::Result<std::vector<PartInfo>> object_parts(std::string_view bucket, std::string_view key,
                                                                           const Selection& which = {}) = 0;
    // Deleting what is not there succeeds. `trace`: of the cause.
    virtual void remove(std::string bucket, std::string key, std::string trace, base::Completion<> done) = 0;
    virtual void remove(RemoveRequest request, base::Completion<Removed> done) = 0;
    virtual void update(std::string bucket, std::string key, std::optional<std::string> version, ObjectUpdate update,
                        base::Completion<ObjectInfo> done) = 0;
    struct CopyRequest {
        std::string from_bucket, from_key, to_bucket, to_key;
        ReadConditions conditions;               // on the source
        std::optional<PutOptions> replace;       // metadata directive REPLACE
        std::string trace;
        std::optional<std::string> from_version{};
        std::optional<Metadata> tags{};          // tagging directive REPLACE
        Metadata properties{};                   // of the copy; without "storage-class" in it, it has the default
        std::optional<Retention> retention{};
        bool legal_hold = false;
        std::optional<Checksum> checksum{};      // none: the source's
        std::optional<std::string> if_match{}, if_none_match{};  // on the target
    };
    virtual void copy(CopyRequest request, base::Completion<ObjectInfo> done) = 0;
    [[nodiscard]] virtual base::Result<ListPage> list(std::string_view bucket, const ListRequest& request) = 0;
    [[nodiscard]] virtual base::Result<VersionPage> list_versions(std::string_view bucket,
                                                                  const VersionListRequest& request) = 0;

    virtual void start_upload(std::string bucket, std::string key, PutOptions options,
                              base::Completion<std::string> upload_id) = 0;
    // The writer's commit() yields an ObjectInfo with the part's size and ETag.
    [[nodiscard]] virtual base::Result<std::unique_ptr<ObjectWriter>> put_part(
        std::string bucket, std::string key, std::string upload_id, std::uint32_t number,
        std::optional<std::string> content_md5) = 0;
    virtual void complete_upload(std::string bucket, std::string key, std::string upload_id,
                                 std::vector<PartInfo> parts, base::Completion<ObjectInfo> done) = 0;
    virtual void complete_upload(std::string bucket, std::string key, std::string upload_id,
                                 std::vector<PartInfo> parts, CompleteOptions options,
                                 base::Completion<ObjectInfo> done) = 0;
    virtual void abort_upload(std::string bucket, std::string key, std::string upload_id, base::Completion<> done) = 0;
    [[nodiscard]] virtual base::Result<std::vector<PartInfo>> parts(std::string_view bucket, std::string_view key,
                                                                    std::string_view upload_id) = 0;
    [[nodiscard]] virtual base::Result<std::vector<UploadInfo>> uploads(std::string_view bucket) = 0;
    [[nodiscard]] virtual base::Result<UploadInfo> upload(std::string_view bucket, std::string_view key,
                                                          std::string_view upload_id) = 0;

    // Every committed change passes here. Set before the first write.
    virtual void on_change(BlobChangeSink sink) = 0;
};

[[nodiscard]] const std::error_category& blob_category();
[[nodiscard]] inline std::error_code make_error_code(BlobErrc e) { return {static_cast<int>(e), blob_category()}; }

}  // namespace faasd::model

template <>
struct std::is_error_code_enum<faasd::model::BlobErrc> : std::true_type {};
