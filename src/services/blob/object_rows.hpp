// The rows of buckets and objects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/blobs.hpp"
#include "services/blob/content_rows.hpp"
#include "storage/statement.hpp"

namespace faasd::blob {

using BucketId = std::int64_t;

struct BucketRow {
    BucketId id = 0;
    model::Versioning versioning = model::Versioning::off;
    model::ObjectLock lock;
    bool notifies = false;  // it has a document "notifications"
};

// Metadata as one column: name NUL value NUL, for neither may hold a NUL.
[[nodiscard]] std::string encode_fields(const model::Metadata& fields);
[[nodiscard]] model::Metadata decode_fields(std::string_view bytes);
// The members of an object that few objects have, as one column.
[[nodiscard]] std::string encode_details(const model::ObjectInfo& object);
void decode_details(std::string_view bytes, model::ObjectInfo& object);
[[nodiscard]] std::string encode_lock(const model::ObjectLock& lock);
[[nodiscard]] model::ObjectLock decode_lock(std::string_view text);
// As people see it.
[[nodiscard]] std::string shown_version(model::Versioning versioning, std::string_view stored);

// All of these throw storage::StoreError.
[[nodiscard]] std::optional<BucketId> find_bucket(storage::Connection& connection, std::string_view name);
// The same, or no_such_bucket with a message.
[[nodiscard]] base::Result<BucketId> require_bucket(storage::Connection& connection, std::string_view name);
[[nodiscard]] base::Result<BucketRow> require_bucket_row(storage::Connection& connection,
                                                         std::string_view name);
void add_bucket(storage::Connection& connection, const model::NewBucket& bucket, base::TimePoint now);
void delete_bucket(storage::Connection& connection, BucketId bucket);
[[nodiscard]] bool has_objects(storage::Connection& connection, BucketId bucket);
[[nodiscard]] std::vector<model::BucketInfo> all_buckets(storage::Connection& connection);
[[nodiscard]] base::Result<model::BucketInfo> require_bucket_info(storage::Connection& connection,
                                                                  std::string_view name);
// Counts a change of the bucket; its number, from which a sequencer is made.
[[nodiscard]] std::int64_t count_change(storage::Connection& connection, BucketId bucket,
                                        std::int64_t more_objects, std::int64_t more_bytes);

struct ObjectRow {
    model::ObjectInfo info;  // its version_id as it is stored
    ContentId content = kNoContent;
};
// Of a statement that selects this of blob_objects or blob_versions, named o.
#define FAASD_OBJECT_COLUMNS                                                                                 \
    "o.key, o.version_id, o.content, o.size, o.etag, o.content_type, o.metadata, o.headers, o.modified_at, " \
    "o.trace, "                                                                                              \
    "o.details"
constexpr int kObjectColumns = 11;
[[nodiscard]] ObjectRow read_object(const storage::Statement& row);
[[nodiscard]] std::optional<ObjectRow> find_object(storage::Connection& connection, BucketId bucket,
                                                   std::string_view key);
void put_object(storage::Connection& connection, BucketId bucket, const ObjectRow& object);
void delete_object(storage::Connection& connection, BucketId bucket, std::string_view key);

// An object with its bytes, where they are in a row, from one snapshot; its version_id as people see it.
struct FoundObject {
    ObjectRow row;
    std::optional<std::string> bytes;
};
// no_such_bucket, no_such_key, no_such_version or (with the marker in its detail) delete_marker.
[[nodiscard]] base::Result<FoundObject> require_object_with_bytes(storage::Connection& connection,
                                                                  std::string_view bucket,
                                                                  std::string_view key,
                                                                  const model::Selection& which = {});
[[nodiscard]] base::Result<ObjectRow> require_object(storage::Connection& connection, std::string_view bucket,
                                                     std::string_view key,
                                                     const model::Selection& which = {});
[[nodiscard]] base::Error with_object(base::Error error, model::ObjectInfo object);

// One page of a bucket's keys.
[[nodiscard]] base::Result<model::ListPage> list_objects(storage::Connection& connection, BucketId bucket,
                                                         const model::ListRequest& request);

}  // namespace faasd::blob
