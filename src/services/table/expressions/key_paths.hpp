// Paths into key attributes. Inside of the service.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "model/tables.hpp"
#include "services/table/expressions/path.hpp"

namespace faasd::table {

// No path leads into a key of the table or of one of its indexes: those are scalars.
[[nodiscard]] base::Result<> check_key_paths(const std::vector<const Path*>& paths,
                                             const model::TableDefinition& table);

}  // namespace faasd::table
