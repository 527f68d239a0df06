// Finding the version of an object that a request means.
#include "services/blob/conditions.hpp"
#include "services/blob/version_rows.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;
using storage::Connection;

base::Error not_found(BlobErrc code, std::string_view what, std::string_view key, std::string_view bucket) {
    return {code, "there is no " + std::string(what) + "'" + std::string(key) + "' in the bucket '" +
                      std::string(bucket) + "'"};
}

// Where the newest version is asked for and there is none.
base::Error nothing_there(Connection& connection, std::string_view bucket, std::string_view key) {
    const auto row = require_bucket_row(connection, bucket);
    if (!row) return row.error();
    base::Error error = not_found(BlobErrc::no_such_key, "object ", key, bucket);
    if (row->versioning == model::Versioning::off) return error;
    auto newest = newest_version(connection, row->id, key);
    if (!newest) return error;
    newest->object.info.latest = true;
    newest->object.info.version_id = shown_version(row->versioning, newest->object.info.version_id);
    error.code = make_error_code(BlobErrc::delete_marker);
    return with_object(std::move(error), std::move(newest->object.info));
}

base::Result<ObjectRow> require_version(Connection& connection, std::string_view bucket, std::string_view key,
                                        const std::string& version) {
    const auto row = require_bucket_row(connection, bucket);
    if (!row) return row.error();
    const std::string_view stored = version == "null" ? std::string_view{} : std::string_view(version);
    std::optional<ObjectRow> found = find_object(connection, row->id, key);
    if (!found || found->info.version_id != stored) {
        auto older = find_version(connection, row->id, key, stored);
        if (!older) return not_found(BlobErrc::no_such_version, "version '" + version + "' of ", key, bucket);
        older->object.info.latest = !found;
        found = std::move(older->object);
    }
    found->info.version_id = version;
    if (found->info.delete_marker)
        return with_object({BlobErrc::delete_marker,
                            "version '" + version + "' of '" + std::string(key) + "' is a delete marker"},
                           std::move(found->info));
    return std::move(*found);
}

}  // namespace

base::Error with_object(base::Error error, model::ObjectInfo object) {
    auto detail = std::make_shared<model::ObjectDetail>();
    detail->condition = condition_of(error);
    detail->object = std::move(object);
    error.detail = std::move(detail);
    return error;
}

base::Result<FoundObject> require_object_with_bytes(Connection& connection, std::string_view bucket,
                                                    std::string_view key, const model::Selection& which) {
    if (which.version) {
        auto row = require_version(connection, bucket, key, *which.version);
        if (!row) return row.error();
        FoundObject found{std::move(*row), std::nullopt};
        auto find = connection.prepare("SELECT data FROM blob_contents WHERE id = ?");
        find.bind(1, found.row.content);
        if (find.step() && !find.is_null(0)) found.bytes = std::string(find.blob(0));
        return found;
    }
    {
        auto find = connection.prepare(
            "SELECT " FAASD_OBJECT_COLUMNS
            ", c.data, b.versioning FROM blob_buckets b JOIN blob_objects o ON o.bucket = b.id"
            " JOIN blob_contents c ON c.id = o.content WHERE b.name = ? AND o.key = ?");
        find.bind(1, bucket).bind_blob(2, key);
        if (find.step()) {
            FoundObject found{read_object(find), std::nullopt};
            found.row.info.version_id = shown_version(
                static_cast<model::Versioning>(find.integer(kObjectColumns + 1)), found.row.info.version_id);
            if (!find.is_null(kObjectColumns)) found.bytes = std::string(find.blob(kObjectColumns));
            return found;
        }
    }
    return nothing_there(connection, bucket, key);
}

base::Result<ObjectRow> require_object(Connection& connection, std::string_view bucket, std::string_view key,
                                       const model::Selection& which) {
    if (which.version) return require_version(connection, bucket, key, *which.version);
    {
        auto find =
            connection.prepare("SELECT " FAASD_OBJECT_COLUMNS
                               ", b.versioning FROM blob_buckets b JOIN blob_objects o ON o.bucket = b.id"
                               " WHERE b.name = ? AND o.key = ?");
        find.bind(1, bucket).bind_blob(2, key);
        if (find.step()) {
            ObjectRow found = read_object(find);
            found.info.version_id = shown_version(
                static_cast<model::Versioning>(find.integer(kObjectColumns)), found.info.version_id);
            return found;
        }
    }
    return nothing_there(connection, bucket, key);
}

}  // namespace faasd::blob
