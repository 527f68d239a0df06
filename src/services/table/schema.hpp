// A table as the engine works with it: its definition, and the ids that its rows are stored under.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/tables.hpp"

namespace faasd::table {

struct IndexSchema {
    std::int64_t id = 0;
    model::IndexDefinition definition;
    // Not all items that were there when it was added are in it yet: written, but not to be read from.
    bool is_building = false;
};

// Immutable once it is shared. Ids are never used again, so rows of a dropped table or index are never mistaken.
struct TableSchema {
    std::int64_t id = 0;
    std::int64_t version = 0;  // random; another one after every change of the definition
    model::TableDefinition definition;
    std::vector<IndexSchema> indexes;  // as definition.indexes, in its order
    base::TimePoint created_at{};
    // Another for each change of the TTL attribute; 0: it is applied to all items.
    std::int64_t ttl_change = 0;
    // Since when it has its stream, and the sequence that all of its records are above.
    base::TimePoint stream_since{};
    std::uint64_t stream_start = 0;

    // The items that were there before the last change of the definition do not all follow it yet.
    [[nodiscard]] bool is_unfinished() const;
    [[nodiscard]] const IndexSchema* find_index(std::string_view name) const;
};
using SchemaPtr = std::shared_ptr<const TableSchema>;

// Where an item or an index entry is stored: encoded keys (values/key.hpp). `range` is empty without a range key.
struct RowKey {
    std::string hash, range;
    auto operator<=>(const RowKey&) const = default;
};

// Precondition: check_key or check_item_key accepted it.
[[nodiscard]] RowKey row_key(const model::KeySchema& schema, const model::Item& item);

// nullopt: the item is not in the index, since it lacks a key attribute or has one that can't be a key.
[[nodiscard]] std::optional<RowKey> index_key(const model::IndexDefinition& index, const model::Item& item);

}  // namespace faasd::table
