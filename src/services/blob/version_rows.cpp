#include "services/blob/version_rows.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "services/blob/listing.hpp"

namespace faasd::blob {
namespace {

using storage::Connection;
using storage::Statement;

#define VERSION_COLUMNS FAASD_OBJECT_COLUMNS ", o.id, o.delete_marker, o.superseded_at"

VersionRow read_version(const Statement& row) {
    VersionRow version;
    version.object = read_object(row);
    version.object.info.latest = false;
    version.id = row.integer(kObjectColumns);
    version.object.info.delete_marker = row.integer(kObjectColumns + 1) != 0;
    version.superseded_at = base::from_micros(row.integer(kObjectColumns + 2));
    return version;
}

std::optional<std::string> next_key_of(Statement find, BucketId bucket, std::string_view lower) {
    find.bind(1, bucket).bind_blob(2, lower);
    if (!find.step()) return std::nullopt;
    return std::string(find.blob(0));
}

}  // namespace

void add_version(Connection& connection, BucketId bucket, const ObjectRow& object,
                 base::TimePoint superseded_at) {
    const std::string metadata = encode_fields(object.info.metadata);
    const std::string headers = encode_fields(object.info.headers);
    const std::string details = encode_details(object.info);
    connection
        .prepare(
            "INSERT INTO blob_versions(bucket, key, version_id, delete_marker, superseded_at, content, size, "
            "etag,"
            " content_type, metadata, headers, modified_at, trace, details)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(1, bucket)
        .bind_blob(2, object.info.key)
        .bind(3, object.info.version_id)
        .bind(4, object.info.delete_marker ? 1 : 0)
        .bind(5, base::to_micros(superseded_at))
        .bind(6, object.content)
        .bind(7, static_cast<std::int64_t>(object.info.size))
        .bind(8, object.info.etag)
        .bind(9, object.info.content_type)
        .bind_blob(10, metadata)
        .bind_blob(11, headers)
        .bind(12, base::to_micros(object.info.modified_at))
        .bind(13, object.info.trace)
        .bind_blob(14, details)
        .run();
}

std::optional<VersionRow> find_version(Connection& connection, BucketId bucket, std::string_view key,
                                       std::string_view version_id) {
    auto find =
        connection.prepare("SELECT " VERSION_COLUMNS
                           " FROM blob_versions o WHERE o.bucket = ? AND o.key = ? AND o.version_id = ?");
    find.bind(1, bucket).bind_blob(2, key).bind(3, version_id);
    if (!find.step()) return std::nullopt;
    return read_version(find);
}

std::optional<VersionRow> newest_version(Connection& connection, BucketId bucket, std::string_view key) {
    auto newest = versions_of(connection, bucket, key, std::nullopt, 1);
    if (newest.empty()) return std::nullopt;
    return std::move(newest.front());
}

std::vector<VersionRow> versions_of(Connection& connection, BucketId bucket, std::string_view key,
                                    std::optional<std::int64_t> before, std::size_t limit) {
    auto find = connection.prepare("SELECT " VERSION_COLUMNS
                                   " FROM blob_versions o WHERE o.bucket = ? AND o.key = ? AND o.id < ?"
                                   " ORDER BY o.id DESC LIMIT ?");
    find.bind(1, bucket)
        .bind_blob(2, key)
        .bind(3, before.value_or(std::numeric_limits<std::int64_t>::max()))
        .bind(4, static_cast<std::int64_t>(limit));
    std::vector<VersionRow> versions;
    while (find.step())
        versions.push_back(read_version(find));
    return versions;
}

void update_version(Connection& connection, std::int64_t id, const model::ObjectInfo& object) {
    const std::string details = encode_details(object);
    connection.prepare("UPDATE blob_versions SET details = ? WHERE id = ?")
        .bind_blob(1, details)
        .bind(2, id)
        .run();
}

void delete_version(Connection& connection, std::int64_t id) {
    connection.prepare("DELETE FROM blob_versions WHERE id = ?").bind(1, id).run();
}

std::optional<std::string> next_key(Connection& connection, BucketId bucket, std::string_view lower) {
    auto first = next_key_of(
        connection.prepare("SELECT key FROM blob_objects WHERE bucket = ? AND key >= ? ORDER BY key LIMIT 1"),
        bucket, lower);
    auto second =
        next_key_of(connection.prepare(
                        "SELECT key FROM blob_versions WHERE bucket = ? AND key >= ? ORDER BY key LIMIT 1"),
                    bucket, lower);
    if (!first) return second;
    if (!second) return first;
    return std::min(*first, *second);
}

base::Result<model::VersionPage> list_versions(Connection& connection, const BucketRow& bucket,
                                               const model::VersionListRequest& request) {
    if (!request.version_marker.empty() && request.key_marker.empty())
        return base::Error{model::BlobErrc::invalid_argument, "a version marker goes with a key marker"};
    model::VersionPage page;
    const std::uint32_t limit = std::min(request.max_keys, kMaxListKeys);
    if (limit == 0) return page;
    const auto count = [&] { return page.versions.size() + page.common_prefixes.size(); };
    // Where the next page goes on: behind what was listed last.
    const auto full = [&] {
        if (count() < limit) return false;
        page.truncated = true;
        return true;
    };
    std::string lower = request.prefix;
    // Inside the versions of the marker's key, or behind all of them.
    const bool inside = !request.version_marker.empty();
    if (!request.key_marker.empty())
        lower = std::max(lower, inside ? request.key_marker : request.key_marker + '\0');
    while (const auto key = next_key(connection, bucket.id, lower)) {
        if (!key->starts_with(request.prefix)) break;
        if (const std::size_t found = request.delimiter.empty()
                                          ? std::string::npos
                                          : key->find(request.delimiter, request.prefix.size());
            found != std::string::npos) {
            std::string common = key->substr(0, found + request.delimiter.size());
            lower = successor_of_prefix(common);
            if (common == request.key_marker) continue;
            if (full()) break;
            page.next_key_marker = common;
            page.next_version_marker.clear();
            page.common_prefixes.push_back(std::move(common));
            continue;
        }
        lower = *key + '\0';
        const auto add = [&](model::ObjectInfo version) {
            version.version_id = version.version_id.empty() ? "null" : version.version_id;
            page.next_key_marker = version.key;
            page.next_version_marker = version.version_id;
            page.versions.push_back(std::move(version));
        };
        std::optional<std::int64_t> before;
        bool listed_latest = false;
        auto current = find_object(connection, bucket.id, *key);
        if (inside && *key == request.key_marker) {
            const std::string_view marker =
                request.version_marker == "null" ? "" : std::string_view(request.version_marker);
            listed_latest = true;
            if (const auto at = find_version(connection, bucket.id, *key, marker)) {
                before = at->id;
                current.reset();
            } else if (current && current->info.version_id == marker) {
                current.reset();
            } else {
                continue;  // it is gone, and nobody knows where it stood
            }
        }
        if (current) {
            if (full()) break;
            add(std::move(current->info));
            listed_latest = true;
        }
        for (VersionRow& version : versions_of(connection, bucket.id, *key, before, limit + 1)) {
            if (full()) break;
            version.object.info.latest = !std::exchange(listed_latest, true);
            add(std::move(version.object.info));
        }
        if (page.truncated) break;
    }
    if (!page.truncated) page.next_key_marker = page.next_version_marker = {};
    return page;
}

}  // namespace faasd::blob
