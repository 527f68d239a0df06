#include "services/blob/schema.hpp"

#include <array>
#include <string>

namespace faasd::blob {
namespace {

// Keys are BLOBs, so that their order is that of their bytes. The content stands apart from its object, so
// that a listing reads narrow rows. blob_objects has the newest version of each key, unless that is a delete
// marker; blob_versions has the delete markers and all that is not the newest, in the order in which it was
// superseded. A version_id is empty where it was written without versioning.
constexpr std::string_view kSchema = R"(
CREATE TABLE IF NOT EXISTS blob_buckets(
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
    objects INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0, sequence INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS blob_objects(
    bucket INTEGER NOT NULL, key BLOB NOT NULL, version_id TEXT NOT NULL DEFAULT '', content INTEGER NOT NULL,
    size INTEGER NOT NULL, etag TEXT NOT NULL, content_type TEXT NOT NULL, metadata BLOB NOT NULL,
    headers BLOB NOT NULL, modified_at INTEGER NOT NULL, trace TEXT NOT NULL,
    PRIMARY KEY(bucket, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blob_versions(
    id INTEGER PRIMARY KEY AUTOINCREMENT, bucket INTEGER NOT NULL, key BLOB NOT NULL, version_id TEXT NOT NULL,
    delete_marker INTEGER NOT NULL, superseded_at INTEGER NOT NULL, content INTEGER NOT NULL, size INTEGER NOT NULL,
    etag TEXT NOT NULL, content_type TEXT NOT NULL, metadata BLOB NOT NULL, headers BLOB NOT NULL,
    modified_at INTEGER NOT NULL, trace TEXT NOT NULL, details BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS blob_versions_of_key ON blob_versions(bucket, key, id);
CREATE UNIQUE INDEX IF NOT EXISTS blob_versions_by_id ON blob_versions(bucket, key, version_id);
CREATE TABLE IF NOT EXISTS blob_documents(
    bucket INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(bucket, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blob_contents(
    id INTEGER PRIMARY KEY, refs INTEGER NOT NULL, data BLOB);
CREATE TABLE IF NOT EXISTS blob_files(
    id INTEGER PRIMARY KEY, size INTEGER NOT NULL, content INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS blob_files_of_content ON blob_files(content, position) WHERE content <> 0;
CREATE TABLE IF NOT EXISTS blob_garbage(
    file INTEGER PRIMARY KEY, content INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS blob_uploads(
    id TEXT PRIMARY KEY, bucket INTEGER NOT NULL, key BLOB NOT NULL, started_at INTEGER NOT NULL,
    content_type TEXT NOT NULL, metadata BLOB NOT NULL, headers BLOB NOT NULL, trace TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS blob_uploads_of_bucket ON blob_uploads(bucket, key, started_at);
CREATE TABLE IF NOT EXISTS blob_parts(
    upload TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
    modified_at INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY(upload, number)) WITHOUT ROWID;
)";

struct Column {
    std::string_view table, name, type;
};
constexpr std::array kAdded{
    Column{"blob_buckets", "account", "TEXT NOT NULL DEFAULT ''"},
    Column{"blob_buckets", "region", "TEXT NOT NULL DEFAULT ''"},
    Column{"blob_buckets", "versioning", "INTEGER NOT NULL DEFAULT 0"},
    Column{"blob_buckets", "object_lock", "TEXT NOT NULL DEFAULT ''"},
    Column{"blob_buckets", "notifies", "INTEGER NOT NULL DEFAULT 0"},
    Column{"blob_objects", "details", "BLOB NOT NULL DEFAULT x''"},
    Column{"blob_uploads", "details", "BLOB NOT NULL DEFAULT x''"},
    Column{"blob_files", "checksum", "TEXT NOT NULL DEFAULT ''"},
    Column{"blob_parts", "checksum", "TEXT NOT NULL DEFAULT ''"},
};

bool has_column(storage::Connection& connection, const Column& column) {
    auto find = connection.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?");
    find.bind(1, column.table).bind(2, column.name);
    return find.step();
}

}  // namespace

void create_tables(storage::Store& store) {
    store.migrate(kSchema);
    std::string missing;
    {
        auto reader = store.read();
        for (const Column& column : kAdded) {
            if (has_column(reader.connection(), column)) continue;
            missing.append("ALTER TABLE ").append(column.table).append(" ADD COLUMN ").append(column.name);
            missing.append(" ").append(column.type).append(";\n");
        }
    }
    if (!missing.empty()) store.migrate(missing);
}

}  // namespace faasd::blob
