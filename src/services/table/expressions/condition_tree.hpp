// A parsed condition. Inside of expressions/.
#pragma once

#include <cstdint>
#include <vector>

#include "model/tables.hpp"
#include "services/table/expressions/path.hpp"

namespace faasd::table {

struct ConditionNode {
    enum class Kind : std::uint8_t {
        // operands
        path,
        value,
        size,
        // conditions; the children are their operands
        equal,
        not_equal,
        less,
        less_or_equal,
        greater,
        greater_or_equal,
        between,
        in,
        attribute_exists,
        attribute_not_exists,
        attribute_type,
        begins_with,
        contains,
        // conditions of conditions
        all_of,
        any_of,
        negation,
        // a function that can't be here; such a tree is never evaluated
        refused_function,
    };
    Kind kind{};
    Path path;
    model::AttributeValue value;
    std::vector<std::uint32_t> children;  // indexes into the tree's nodes
};

// Children come before their parents, and their number is bounded by the expression's length.
struct ConditionTree {
    std::vector<ConditionNode> nodes;
    std::uint32_t root = 0;
};

}  // namespace faasd::table
