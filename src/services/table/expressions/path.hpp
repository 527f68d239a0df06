// Document paths: a.b[2].c
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/tables.hpp"

namespace faasd::table {

using PathElement = std::variant<std::string, std::uint32_t>;  // a map's key or a list's index
// The first element is always a name. At most 32 levels deep, as items are.
using Path = std::vector<PathElement>;

// [a, b, [2], c], as messages print it.
[[nodiscard]] std::string describe(const Path& path);

// What is there, or nullptr.
[[nodiscard]] const model::AttributeValue* find(const model::Item& item, const Path& path);

// How two paths of one expression get in each other's way.
enum class PathClash {
    none,
    overlap,   // equal, or one is inside the other
    conflict,  // one takes as a list what the other takes as a map
};
[[nodiscard]] PathClash clash(const Path& a, const Path& b);

}  // namespace faasd::table
