#include "services/table/index_writer.hpp"

#include "services/table/rows.hpp"

namespace faasd::table {

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

void enter_item(storage::Connection& connection, const IndexSchema& index, const RowKey& key, const model::Item& item) {
    if (const auto entry = index_key(index.definition, item)) insert_missing_entry(connection, index.id, *entry, key);
}

}  // namespace faasd::table
