// A parsed PartiQL statement.
// Source: Developer Guide, "PartiQL - A SQL-compatible query language for Amazon DynamoDB".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

using PartiqlPath = std::vector<std::variant<std::string, std::uint32_t>>;

// A path, a value, or the size of what is at a path.
struct PartiqlOperand {
    enum class Kind : std::uint8_t { path, value, size } kind = Kind::value;
    PartiqlPath path{};
    model::AttributeValue value{};
};

struct PartiqlCondition {
    enum class Kind : std::uint8_t { none, all_of, any_of, negation, compare, between, in, call } kind = Kind::none;
    std::string name{};  // of a comparison "=", "<>", …; of a function "attribute_exists", "begins_with", …
    std::vector<PartiqlCondition> children{};
    std::vector<PartiqlOperand> operands{};
};

struct PartiqlSet {
    PartiqlPath path;
    std::string function{};  // list_append, set_add, set_delete; or "+", "-"; empty: the one operand itself
    std::vector<PartiqlOperand> operands{};
};

struct PartiqlStatement {
    enum class Kind : std::uint8_t { select, insert, update, remove, exists } kind = Kind::select;
    std::string table{}, index{};
    std::vector<PartiqlPath> columns{};  // none: all
    model::Item item{};
    std::vector<PartiqlSet> sets{};
    std::vector<PartiqlPath> removes{};
    PartiqlCondition where{};
    struct Order {
        std::string attribute;
        bool descending = false;
    };
    std::vector<Order> order{};
    model::ReturnValues returning = model::ReturnValues::none;
};

// Throws a Refusal. Each ? takes the next of the parameters.
[[nodiscard]] PartiqlStatement parse_partiql(std::string_view statement, std::vector<model::AttributeValue> parameters);

}  // namespace faasd::aws::dynamodb
