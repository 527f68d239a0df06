#include "services/table/schema.hpp"

#include <algorithm>

#include "items/key.hpp"

namespace faasd::table {

using namespace items;

const IndexSchema* TableSchema::find_index(std::string_view name) const {
    for (const IndexSchema& index : indexes) {
        if (index.definition.name == name) return &index;
    }
    return nullptr;
}

bool TableSchema::is_unfinished() const {
    return ttl_change != 0 || std::ranges::any_of(indexes, [](const IndexSchema& index) { return index.is_building; });
}

RowKey row_key(const model::KeySchema& schema, const model::Item& item) {
    RowKey key{.hash = encode_key(item.at(schema.hash.name)), .range = {}};
    if (schema.range) key.range = encode_key(item.at(schema.range->name));
    return key;
}

std::optional<RowKey> index_key(const model::IndexDefinition& index, const model::Item& item) {
    if (!item.contains(index.key.hash.name)) return {};
    if (index.key.range && !item.contains(index.key.range->name)) return {};
    if (!check_item_key(index.key, item)) return {};
    return row_key(index.key, item);
}

}  // namespace faasd::table
