// Which attributes a secondary index shows.
#pragma once

#include <string_view>

#include "services/table/schema.hpp"

namespace faasd::table {

// The keys of table and index always are; the rest as the index's projection says.
[[nodiscard]] bool is_projected(const TableSchema& schema, const IndexSchema& index, std::string_view attribute);

// Removes from `item` what the index does not show.
void keep_projected(const TableSchema& schema, const IndexSchema& index, model::Item& item);

}  // namespace faasd::table
