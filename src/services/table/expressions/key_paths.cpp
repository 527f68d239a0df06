#include "services/table/expressions/key_paths.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "items/attribute_value.hpp"

namespace faasd::table {
namespace {

base::Result<> check(const std::vector<const Path*>& paths, const model::KeySchema& schema, std::string_view what) {
    for (const model::KeyAttribute* key : {&schema.hash, schema.range ? &*schema.range : nullptr}) {
        if (!key || std::ranges::none_of(paths, [&](const Path* path) {
                return path->size() > 1 && std::get<std::string>(path->front()) == key->name;
            }))
            continue;
        return items::validation_error(
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: " +
            std::string(what) + ": " + key->name);
    }
    return {};
}

}  // namespace

base::Result<> check_key_paths(const std::vector<const Path*>& paths, const model::TableDefinition& table) {
    if (std::ranges::none_of(paths, [](const Path* path) { return path->size() > 1; })) return {};
    auto good = check(paths, table.key, "Key");
    for (const model::IndexDefinition& index : table.indexes) {
        if (!good) return good;
        good = check(paths, index.key, "IndexKey");
    }
    return good;
}

}  // namespace faasd::table
