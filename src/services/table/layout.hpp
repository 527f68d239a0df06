// The engine's tables in the store.
#pragma once

#include <string_view>

namespace faasd::table {

// All tables of the app share these, told apart by id: creating one needs no DDL, and dropping one only marks its
// rows, which are then removed piece by piece.
//
// Index entries point to the item instead of repeating it: random writes are bound by the pages they touch, so an
// update that leaves the index's key alone must not touch the index. A read through an index pays one more
// look-up for each item.
inline constexpr std::string_view kLayout = R"sql(
CREATE TABLE IF NOT EXISTS table_definitions (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, definition TEXT NOT NULL,
    created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS table_counters (
    table_id INTEGER PRIMARY KEY, items INTEGER NOT NULL, bytes INTEGER NOT NULL, sequence INTEGER NOT NULL,
    trimmed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS table_items (
    table_id INTEGER NOT NULL, hash BLOB NOT NULL, range BLOB NOT NULL, size INTEGER NOT NULL, expires_at INTEGER,
    item BLOB NOT NULL, PRIMARY KEY (table_id, hash, range)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS table_items_by_expiry ON table_items (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS table_index_entries (
    index_id INTEGER NOT NULL, hash BLOB NOT NULL, range BLOB NOT NULL, item_hash BLOB NOT NULL,
    item_range BLOB NOT NULL, PRIMARY KEY (index_id, hash, range, item_hash, item_range)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS table_changes (
    table_id INTEGER NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL,
    view INTEGER NOT NULL, expired INTEGER NOT NULL, size INTEGER NOT NULL, trace TEXT NOT NULL, keys BLOB NOT NULL,
    old_image BLOB, new_image BLOB, PRIMARY KEY (table_id, sequence)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS table_tokens (
    token TEXT PRIMARY KEY, digest BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS table_tokens_by_time ON table_tokens (at);
CREATE TABLE IF NOT EXISTS table_dropped (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS table_meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
)sql";

}  // namespace faasd::table
