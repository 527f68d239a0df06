// KeyConditionExpression: which items of a table or an index a query reads.
// Source: Developer Guide, "Key condition expressions for the Query operation".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/tables.hpp"
#include "services/table/expressions/placeholders.hpp"

namespace faasd::table {

struct RangeCondition {
    enum class Operator { equal, less, less_or_equal, greater, greater_or_equal, between, begins_with };
    Operator op = Operator::equal;
    model::AttributeValue value;
    model::AttributeValue upper;  // of between
};

struct KeyCondition {
    model::AttributeValue hash;
    std::optional<RangeCondition> range;
};

// A range of encoded range keys (key.hpp); nullopt is unbounded.
struct KeyBounds {
    std::optional<std::string> lower, upper;
    bool lower_inclusive = true;
    bool upper_inclusive = true;
};

// `schema` is the key of the table or index that is queried. The values have the key's types.
[[nodiscard]] base::Result<KeyCondition> parse_key_condition(std::string_view text, NameUsage& usage,
                                                             const model::KeySchema& schema);

[[nodiscard]] KeyBounds bounds_of(const std::optional<RangeCondition>& range);

}  // namespace faasd::table
