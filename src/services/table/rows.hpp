// Items, index entries and counters as rows of the store: no semantics, only SQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/table/schema.hpp"
#include "storage/statement.hpp"

namespace faasd::table {

struct StoredItem {
    std::uint64_t size = 0;  // item_size()
    std::optional<std::int64_t> expires_at;
    std::string bytes;  // encode_item(); empty where it was not asked for
};

[[nodiscard]] std::optional<StoredItem> read_item(storage::Connection& connection, std::int64_t table,
                                                  const RowKey& key, bool with_bytes = true);

void insert_item(storage::Connection& connection, std::int64_t table, const RowKey& key, std::uint64_t size,
                 std::optional<std::int64_t> expires_at, std::string_view bytes);
// `expires_at` outer nullopt: it stays as it is, which spares its index.
void replace_item(storage::Connection& connection, std::int64_t table, const RowKey& key, std::uint64_t size,
                  std::optional<std::optional<std::int64_t>> expires_at, std::string_view bytes);
void erase_item(storage::Connection& connection, std::int64_t table, const RowKey& key);
void set_expiry(storage::Connection& connection, std::int64_t table, const RowKey& key,
                std::optional<std::int64_t> expires_at);

void insert_entry(storage::Connection& connection, std::int64_t index, const RowKey& entry, const RowKey& item);
// Nothing where it is there.
void insert_missing_entry(storage::Connection& connection, std::int64_t index, const RowKey& entry,
                          const RowKey& item);
void erase_entry(storage::Connection& connection, std::int64_t index, const RowKey& entry, const RowKey& item);

struct Counters {
    std::uint64_t items = 0, bytes = 0;
    std::uint64_t sequence = 0;  // of the latest change record
    std::uint64_t trimmed = 0;   // of the latest one that was trimmed
};
void create_counters(storage::Connection& connection, std::int64_t table, std::uint64_t sequence);
void erase_counters(storage::Connection& connection, std::int64_t table);
[[nodiscard]] Counters read_counters(storage::Connection& connection, std::int64_t table);
// Adds to items and bytes.
void count(storage::Connection& connection, std::int64_t table, std::int64_t items, std::int64_t bytes);

// A read transaction for as long as it lives: all statements in it see one state. Declare it before them.
class Snapshot {
  public:
    explicit Snapshot(storage::Connection& connection);
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot();

  private:
    storage::Connection& connection_;
};

}  // namespace faasd::table
