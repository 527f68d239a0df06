#include "services/table/index_writer.hpp"

#include "services/table/rows.hpp"
#include "services/table/values/attribute_value.hpp"
#include "services/table/values/item_codec.hpp"
#include "services/table/values/key.hpp"

namespace faasd::table {
namespace {

base::Result<> check_type(const model::KeyAttribute& key, const model::Item& item) {
    const auto attribute = item.find(key.name);
    if (attribute == item.end() || has_type(attribute->second, key.type)) return {};
    return validation_error("The update expression attempted to update the secondary index key to unsupported type");
}

}  // namespace

base::Result<> check_updated_index_key(const model::IndexDefinition& index, const model::Item& item) {
    if (auto ok = check_type(index.key.hash, item); !ok) return ok;
    if (index.key.range) {
        if (auto ok = check_type(*index.key.range, item); !ok) return ok;
    }
    return check_index_key(index, item);
}

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
