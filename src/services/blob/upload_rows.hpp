// The rows of multipart uploads and their parts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/blobs.hpp"
#include "services/blob/multipart.hpp"
#include "services/blob/object_rows.hpp"

namespace faasd::blob {

struct UploadRow {
    std::string id;
    BucketId bucket = 0;
    base::TimePoint started_at{};
    model::ObjectInfo object;  // what it will show: key, content type, metadata, headers, trace
};

// All of these throw storage::StoreError.
void add_upload(storage::Connection& connection, const UploadRow& upload);
// no_such_bucket, or no_such_upload where the id is unknown or of another bucket or key.
[[nodiscard]] base::Result<UploadRow> require_upload(storage::Connection& connection, std::string_view bucket,
                                                     std::string_view key, std::string_view id);
[[nodiscard]] std::vector<model::UploadInfo> uploads_of(storage::Connection& connection, BucketId bucket);
// In order of their numbers.
[[nodiscard]] std::vector<StoredPart> parts_of(storage::Connection& connection, std::string_view upload);
// Replaces one of the same number, whose file becomes garbage.
void put_part(storage::Connection& connection, std::string_view upload, const StoredPart& part,
              std::vector<Garbage>& garbage);
// Forgets the upload and its parts, whose files become garbage except the `kept` ones.
void delete_upload(storage::Connection& connection, std::string_view upload, std::span<const Segment> kept,
                   std::vector<Garbage>& garbage);

}  // namespace faasd::blob
