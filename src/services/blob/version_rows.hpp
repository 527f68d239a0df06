// The rows of versions that are not the newest, and of delete markers.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "services/blob/object_rows.hpp"

namespace faasd::blob {

struct VersionRow {
    std::int64_t id = 0;
    ObjectRow object;
    base::TimePoint superseded_at{};
};

// All of these throw storage::StoreError. Version ids are as they are stored.
void add_version(storage::Connection& connection, BucketId bucket, const ObjectRow& object,
                 base::TimePoint superseded_at);
[[nodiscard]] std::optional<VersionRow> find_version(storage::Connection& connection, BucketId bucket,
                                                     std::string_view key, std::string_view version_id);
// The one that was superseded last.
[[nodiscard]] std::optional<VersionRow> newest_version(storage::Connection& connection, BucketId bucket,
                                                       std::string_view key);
// The newest first, at most `limit`; `before`: only those older than this row.
[[nodiscard]] std::vector<VersionRow> versions_of(storage::Connection& connection, BucketId bucket,
                                                  std::string_view key, std::optional<std::int64_t> before,
                                                  std::size_t limit);
void update_version(storage::Connection& connection, std::int64_t id, const model::ObjectInfo& object);
void delete_version(storage::Connection& connection, std::int64_t id);

// One page of a bucket's versions, their ids as people see them. invalid_argument: a version marker without a
// key.
[[nodiscard]] base::Result<model::VersionPage> list_versions(storage::Connection& connection,
                                                             const BucketRow& bucket,
                                                             const model::VersionListRequest& request);

// The first key at or after `lower` that has a version of any kind.
[[nodiscard]] std::optional<std::string> next_key(storage::Connection& connection, BucketId bucket,
                                                  std::string_view lower);

}  // namespace faasd::blob
