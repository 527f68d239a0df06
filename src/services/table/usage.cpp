#include "services/table/usage.hpp"

#include <algorithm>

#include "items/attribute_value.hpp"
#include "items/key.hpp"
#include "services/table/expiry.hpp"
#include "services/table/index_projection.hpp"

namespace faasd::table {
namespace {

constexpr std::uint64_t kUnitBytes = 1024;

std::uint64_t write_units(std::uint64_t bytes) {
    return std::max<std::uint64_t>(1, (bytes + kUnitBytes - 1) / kUnitBytes);
}

model::Item projected(const TableSchema& schema, const IndexSchema& index, const model::Item& item) {
    model::Item kept = item;
    keep_projected(schema, index, kept);
    return kept;
}

// An entry that moves is erased and written anew; one that stays is written only where something projected changes.
std::uint64_t index_units(const TableSchema& schema, const IndexSchema& index, const model::Item* before,
                          const model::Item* after) {
    const auto old_key = before ? index_key(index.definition, *before) : std::nullopt;
    const auto new_key = after ? index_key(index.definition, *after) : std::nullopt;
    const model::Item old_entry = old_key ? projected(schema, index, *before) : model::Item{};
    const model::Item new_entry = new_key ? projected(schema, index, *after) : model::Item{};
    const std::uint64_t old_size = items::item_size(old_entry), new_size = items::item_size(new_entry);
    if (old_key && new_key && *old_key == *new_key)
        return old_entry == new_entry ? 0 : write_units(std::max(old_size, new_size));
    return (old_key ? write_units(old_size) : 0) + (new_key ? write_units(new_size) : 0);
}

}  // namespace

model::WriteUsage usage_of(const PlannedWrite& write, base::TimePoint now) {
    const TableSchema& schema = *write.schema;
    model::WriteUsage usage;
    const bool exists = write.stored && !is_expired(write.stored->expires_at, now);
    const std::uint64_t before = exists ? write.stored->size : 0;
    usage.table_units = write_units(std::max(before, write.new_item ? write.new_item->size : 0));
    const bool has_local = std::ranges::any_of(schema.indexes, [](const auto& index) { return index.definition.local; });
    if (has_local) {
        if (auto hash = items::decode_key(write.key.hash, schema.definition.key.hash.type)) usage.collection = std::move(*hash);
    }
    if (write.effect == PlannedWrite::Effect::nothing) return usage;
    for (const IndexSchema& index : schema.indexes) {
        const std::uint64_t units =
            index_units(schema, index, write.old_item ? &write.old_item->item : nullptr,
                        write.new_item ? &write.new_item->item : nullptr);
        if (units > 0) usage.indexes[index.definition.name] = {.local = index.definition.local, .units = units};
    }
    return usage;
}

}  // namespace faasd::table
