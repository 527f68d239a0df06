// Writes of items within a transaction of the store: first each is checked, then all are applied.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "services/table/catalog.hpp"
#include "services/table/prepared_write.hpp"
#include "services/table/rows.hpp"
#include "services/table/schema.hpp"

namespace faasd::table {

// What a checked write will do.
struct PlannedWrite {
    enum class Effect { nothing, store, erase };
    SchemaPtr schema;
    RowKey key;
    std::optional<StoredItem> stored;  // the row as it is, expired or not
    EncodedItemPtr old_item;           // null: none, expired, or not needed
    Effect effect = Effect::nothing;
    EncodedItemPtr new_item;           // to be stored
    std::optional<model::Item> returned;
    std::string trace;
};

// A table's id and where in it an item is.
using RowAddress = std::pair<std::int64_t, RowKey>;

// One transaction's writes. Used on the writer thread only.
class ItemWriter {
  public:
    ItemWriter(storage::Connection& connection, Catalog& catalog, base::TimePoint now)
        : connection_(connection), catalog_(catalog), now_(now) {}

    // Evaluates conditions and updates against the item as it is now, and changes nothing. An item that is expired
    // but not swept yet does not exist for them.
    [[nodiscard]] base::Result<PlannedWrite> check(const PreparedWrite& write);
    // The item that a write is about; nullopt where check() will refuse its table or key.
    [[nodiscard]] std::optional<RowAddress> target_of(const PreparedWrite& write);
    // How large that item is; 0: there is none.
    [[nodiscard]] std::uint64_t size_of_target(const PreparedWrite& write);
    // Precondition: nothing was applied to the item since it was checked.
    void apply(const PlannedWrite& write);

    // Removes an expired item as TTL does: its change record says so. For the sweep too.
    void remove_expired(const TableSchema& schema, const RowKey& key, const StoredItem& stored);

    // What became of it: tables with new change records, and the earliest expiry of what was stored.
    [[nodiscard]] const std::set<std::string>& changed_tables() const { return changed_tables_; }
    [[nodiscard]] std::optional<std::int64_t> earliest_expiry() const { return earliest_expiry_; }

  private:
    [[nodiscard]] static base::Result<RowKey> key_of_write(const PreparedWrite& write, const TableSchema& schema);
    base::Result<> plan_update(const PreparedWrite& write, PlannedWrite& planned);
    void erase(const TableSchema& schema, const RowKey& key, const StoredItem& stored, const EncodedItem* old_item,
               bool expired, std::string_view trace);
    void store(const PlannedWrite& write, bool exists);
    void record(const TableSchema& schema, const EncodedItem* old_item, const EncodedItem* new_item, bool expired,
                std::string_view trace);

    storage::Connection& connection_;
    Catalog& catalog_;
    base::TimePoint now_;
    std::set<std::string> changed_tables_;
    std::optional<std::int64_t> earliest_expiry_;
};

}  // namespace faasd::table
