#include "services/table/index_projection.hpp"

#include <algorithm>

namespace faasd::table {
namespace {

bool is_key(const model::KeySchema& key, std::string_view attribute) {
    return key.hash.name == attribute || (key.range && key.range->name == attribute);
}

}  // namespace

bool is_projected(const TableSchema& schema, const IndexSchema& index, std::string_view attribute) {
    const model::IndexDefinition& definition = index.definition;
    if (definition.projection == model::Projection::all) return true;
    if (is_key(schema.definition.key, attribute) || is_key(definition.key, attribute)) return true;
    return definition.projection == model::Projection::include &&
           std::ranges::find(definition.include, attribute) != definition.include.end();
}

void keep_projected(const TableSchema& schema, const IndexSchema& index, model::Item& item) {
    std::erase_if(item, [&](const auto& attribute) { return !is_projected(schema, index, attribute.first); });
}

}  // namespace faasd::table
