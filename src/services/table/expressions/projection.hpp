// ProjectionExpression, and picking paths out of an item.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/tables.hpp"
#include "services/table/expressions/path.hpp"
#include "services/table/expressions/placeholders.hpp"

namespace faasd::table {

// No two of them overlap.
using Paths = std::vector<Path>;

[[nodiscard]] base::Result<Paths> parse_projection(std::string_view text, NameUsage& usage);

// The paths one by one, as checks take them; they live as long as `paths`.
[[nodiscard]] std::vector<const Path*> pointers_to(const Paths& paths);

// What of `item` the paths reach, in its nested place; chosen elements of a list close up in their order.
[[nodiscard]] model::Item project(const model::Item& item, const Paths& paths);

}  // namespace faasd::table
