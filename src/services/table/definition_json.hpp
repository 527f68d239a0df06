// The form in which a table's definition is stored.
#pragma once

#include <string>
#include <string_view>

#include "services/table/schema.hpp"

namespace faasd::table {

[[nodiscard]] std::string definition_to_json(const TableSchema& schema);

// Fills definition and indexes; the rest of the schema are columns of their own. Throws std::runtime_error on what
// definition_to_json of this or an earlier version did not write.
void definition_from_json(std::string_view json, TableSchema& schema);

}  // namespace faasd::table
