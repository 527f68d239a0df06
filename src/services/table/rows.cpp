#include "services/table/rows.hpp"

namespace faasd::table {
namespace {

void bind_key(storage::Statement& row, int first, const RowKey& key) {
    row.bind_blob(first, key.hash).bind_blob(first + 1, key.range);
}
void bind_optional(storage::Statement& row, int index, std::optional<std::int64_t> value) {
    if (value) {
        row.bind(index, *value);
    } else {
        row.bind_null(index);
    }
}
// A statement over ?1 the index, ?2 and ?3 the entry's key, ?4 and ?5 the item's.
void run_on_entry(storage::Connection& connection, std::string_view sql, std::int64_t index, const RowKey& entry,
                  const RowKey& item) {
    auto row = connection.prepare(sql);
    row.bind(1, index);
    bind_key(row, 2, entry);
    bind_key(row, 4, item);
    row.run();
}

}  // namespace

std::optional<StoredItem> read_item(storage::Connection& connection, std::int64_t table, const RowKey& key,
                                    bool with_bytes) {
    auto row = connection.prepare(
        "SELECT size, expires_at, item FROM table_items WHERE table_id = ?1 AND hash = ?2 AND range = ?3");
    row.bind(1, table);
    bind_key(row, 2, key);
    if (!row.step()) return {};
    StoredItem item{.size = static_cast<std::uint64_t>(row.integer(0)), .expires_at = {}, .bytes = {}};
    if (!row.is_null(1)) item.expires_at = row.integer(1);
    if (with_bytes) item.bytes = row.blob(2);
    return item;
}

void insert_item(storage::Connection& connection, std::int64_t table, const RowKey& key, std::uint64_t size,
                 std::optional<std::int64_t> expires_at, std::string_view bytes) {
    auto row = connection.prepare(
        "INSERT INTO table_items (table_id, hash, range, size, expires_at, item) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    row.bind(1, table);
    bind_key(row, 2, key);
    row.bind(4, static_cast<std::int64_t>(size));
    bind_optional(row, 5, expires_at);
    row.bind_blob(6, bytes).run();
}

void replace_item(storage::Connection& connection, std::int64_t table, const RowKey& key, std::uint64_t size,
                  std::optional<std::optional<std::int64_t>> expires_at, std::string_view bytes) {
    auto row = expires_at ? connection.prepare("UPDATE table_items SET size = ?4, item = ?5, expires_at = ?6 "
                                               "WHERE table_id = ?1 AND hash = ?2 AND range = ?3")
                          : connection.prepare("UPDATE table_items SET size = ?4, item = ?5 "
                                               "WHERE table_id = ?1 AND hash = ?2 AND range = ?3");
    row.bind(1, table);
    bind_key(row, 2, key);
    row.bind(4, static_cast<std::int64_t>(size)).bind_blob(5, bytes);
    if (expires_at) bind_optional(row, 6, *expires_at);
    row.run();
}

void erase_item(storage::Connection& connection, std::int64_t table, const RowKey& key) {
    auto row = connection.prepare("DELETE FROM table_items WHERE table_id = ?1 AND hash = ?2 AND range = ?3");
    row.bind(1, table);
    bind_key(row, 2, key);
    row.run();
}

void set_expiry(storage::Connection& connection, std::int64_t table, const RowKey& key,
                std::optional<std::int64_t> expires_at) {
    auto row = connection.prepare(
        "UPDATE table_items SET expires_at = ?4 WHERE table_id = ?1 AND hash = ?2 AND range = ?3");
    row.bind(1, table);
    bind_key(row, 2, key);
    bind_optional(row, 4, expires_at);
    row.run();
}

void insert_entry(storage::Connection& connection, std::int64_t index, const RowKey& entry, const RowKey& item) {
    run_on_entry(
        connection,
        "INSERT INTO table_index_entries (index_id, hash, range, item_hash, item_range) VALUES (?1, ?2, ?3, ?4, ?5)",
        index, entry, item);
}

void insert_missing_entry(storage::Connection& connection, std::int64_t index, const RowKey& entry,
                          const RowKey& item) {
    run_on_entry(connection,
                 "INSERT OR IGNORE INTO table_index_entries (index_id, hash, range, item_hash, item_range) "
                 "VALUES (?1, ?2, ?3, ?4, ?5)",
                 index, entry, item);
}

void erase_entry(storage::Connection& connection, std::int64_t index, const RowKey& entry, const RowKey& item) {
    run_on_entry(connection,
                 "DELETE FROM table_index_entries WHERE index_id = ?1 AND hash = ?2 AND range = ?3 AND item_hash = ?4 "
                 "AND item_range = ?5",
                 index, entry, item);
}

void create_counters(storage::Connection& connection, std::int64_t table, std::uint64_t sequence) {
    auto row = connection.prepare(
        "INSERT INTO table_counters (table_id, items, bytes, sequence, trimmed) VALUES (?1, 0, 0, ?2, ?2)");
    row.bind(1, table).bind(2, static_cast<std::int64_t>(sequence)).run();
}

void erase_counters(storage::Connection& connection, std::int64_t table) {
    auto row = connection.prepare("DELETE FROM table_counters WHERE table_id = ?1");
    row.bind(1, table).run();
}

Counters read_counters(storage::Connection& connection, std::int64_t table) {
    auto row = connection.prepare("SELECT items, bytes, sequence, trimmed FROM table_counters WHERE table_id = ?1");
    row.bind(1, table);
    if (!row.step()) return {};
    const auto column = [&](int i) { return static_cast<std::uint64_t>(row.integer(i)); };
    return {.items = column(0), .bytes = column(1), .sequence = column(2), .trimmed = column(3)};
}

void count(storage::Connection& connection, std::int64_t table, std::int64_t items, std::int64_t bytes) {
    if (items == 0 && bytes == 0) return;
    auto row = connection.prepare(
        "UPDATE table_counters SET items = items + ?2, bytes = bytes + ?3 WHERE table_id = ?1");
    row.bind(1, table).bind(2, items).bind(3, bytes).run();
}

Snapshot::Snapshot(storage::Connection& connection) : connection_(connection) {
    auto begin = connection.prepare("BEGIN");
    begin.run();
}

Snapshot::~Snapshot() {
    try {
        auto end = connection_.prepare("ROLLBACK");
        end.run();
    } catch (const storage::StoreError&) {
        // SQLite already ended the transaction when a statement in it failed.
    }
}

}  // namespace faasd::table
