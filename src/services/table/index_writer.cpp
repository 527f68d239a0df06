#include "services/table/index_writer.hpp"

#include "services/table/rows.hpp"
#include "items/item_codec.hpp"

namespace faasd::table {

using namespace items;
void update_indexes(storage::Connection& connection, const TableSchema& schema, const RowKey& key,
                    const model::Item* old_item, const model::Item* new_item) {
    for (const IndexSchema& index : schema.indexes) {
        const auto before = old_item ? index_key(index.definition, *old_item) : std::nullopt;
        const auto after = new_item ? index_key(index.definition, *new_item) : std::nullopt;
        if (before == after) continue;
        if (before) erase_entry(connection, index.id, *before, key);
        if (after) insert_entry(connection, index.id, *after, key);
    }
}

void backfill_index(storage::Connection& connection, const TableSchema& schema, const IndexSchema& index) {
    auto row = connection.prepare("SELECT hash, range, item FROM table_items WHERE table_id = ?1 ORDER BY hash, range");
    row.bind(1, schema.id);
    while (row.step()) {
        const auto item = decode_item(row.blob(2));
        if (!item) continue;
        if (const auto entry = index_key(index.definition, *item)) {
            insert_entry(connection, index.id, *entry,
                         RowKey{.hash = std::string(row.blob(0)), .range = std::string(row.blob(1))});
        }
    }
}

}  // namespace faasd::table
