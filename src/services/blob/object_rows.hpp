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

// Metadata as one column: name NUL value NUL, for neither may hold a NUL.
[[nodiscard]] std::string encode_fields(const model::Metadata& fields);
[[nodiscard]] model::Metadata decode_fields(std::string_view bytes);

// All of these throw storage::StoreError.
[[nodiscard]] std::optional<BucketId> find_bucket(storage::Connection& connection, std::string_view name);
// The same, or no_such_bucket with a message.
[[nodiscard]] base::Result<BucketId> require_bucket(storage::Connection& connection, std::string_view name);
void add_bucket(storage::Connection& connection, std::string_view name, base::TimePoint now);
void delete_bucket(storage::Connection& connection, BucketId bucket);
[[nodiscard]] bool has_objects(storage::Connection& connection, BucketId bucket);
[[nodiscard]] std::vector<model::BucketInfo> all_buckets(storage::Connection& connection);
// Counts a change of the bucket; its number, from which a sequencer is made.
[[nodiscard]] std::int64_t count_change(storage::Connection& connection, BucketId bucket,
                                        std::int64_t more_objects, std::int64_t more_bytes);

struct ObjectRow {
    model::ObjectInfo info;
    ContentId content = kNoContent;
};
[[nodiscard]] std::optional<ObjectRow> find_object(storage::Connection& connection, BucketId bucket,
                                                   std::string_view key);
void put_object(storage::Connection& connection, BucketId bucket, const ObjectRow& object);
void delete_object(storage::Connection& connection, BucketId bucket, std::string_view key);

// An object with its bytes, where they are in a row, from one snapshot.
struct FoundObject {
    ObjectRow row;
    std::optional<std::string> bytes;
};
// no_such_bucket or no_such_key.
[[nodiscard]] base::Result<FoundObject> require_object_with_bytes(storage::Connection& connection,
                                                                  std::string_view bucket,
                                                                  std::string_view key);
[[nodiscard]] base::Result<ObjectRow> require_object(storage::Connection& connection, std::string_view bucket,
                                                     std::string_view key);

// One page of a bucket's keys.
[[nodiscard]] base::Result<model::ListPage> list_objects(storage::Connection& connection, BucketId bucket,
                                                         const model::ListRequest& request);

}  // namespace faasd::blob
