// What a condition may be made of, beyond its grammar.
#include <algorithm>
#include <array>
#include <string>

#include "services/table/expressions/condition_parser.hpp"
#include "services/table/expressions/functions.hpp"
#include "items/attribute_value.hpp"

namespace faasd::table {

using namespace items;

std::string_view ConditionParser::static_type(std::uint32_t operand) const {
    switch (node(operand).kind) {
        case Kind::value:
            return type_name(node(operand).value);
        case Kind::size:
            return "N";
        case Kind::path:
            return {};
        default:
            return "BOOL";
    }
}

void ConditionParser::note_type(std::string_view name, std::string_view type) {
    note(Mistake::operand_type, "Incorrect operand type for operator or function; operator or function: " +
                                    std::string(name) + ", operand type: " + std::string(type));
}

void ConditionParser::check_not_misused(const std::vector<std::uint32_t>& operands) {
    for (const std::uint32_t operand : operands) {
        const std::string& name = function_names_[operand];
        if (is_function(name) && name != "size") note(Mistake::misused_function, misused_function(name));
    }
}

void ConditionParser::check_distinct(std::string_view name, std::uint32_t a, std::uint32_t b) {
    if (node(a).kind != Kind::path || node(b).kind != Kind::path || node(a).path != node(b).path) return;
    note(Mistake::same_operands,
         "The first operand must be distinct from the remaining operands for this operator or function; "
         "operator: " +
             std::string(name) + ", first operand: " + describe(node(a).path));
}

void ConditionParser::check_ordered(std::string_view name, std::uint32_t operand) {
    const std::string_view type = static_type(operand);
    if (type.empty() || type == "S" || type == "N" || type == "B") return;
    if (node(operand).kind == Kind::value) note_type(name, type);
}

void ConditionParser::check_bounds(std::uint32_t lower, std::uint32_t upper) {
    if (node(lower).kind != Kind::value || node(upper).kind != Kind::value) return;
    const model::AttributeValue& low = node(lower).value;
    const model::AttributeValue& high = node(upper).value;
    const std::string operands = "; lower bound operand: AttributeValue: " + items::describe(low) +
                                 ", upper bound operand: AttributeValue: " + items::describe(high);
    if (low.value.index() != high.value.index()) {
        note(Mistake::operand_type,
             "The BETWEEN operator requires same data type for lower and upper bounds" + operands);
        return;
    }
    const auto order = compare(low, high);
    if (order && *order > 0) {
        note(Mistake::operand_type,
             "The BETWEEN operator requires upper bound to be greater than or equal to lower bound" +
                 operands);
    }
}

void ConditionParser::check_function(std::string_view name, Kind kind,
                                     const std::vector<std::uint32_t>& arguments) {
    const bool unary =
        kind == Kind::attribute_exists || kind == Kind::attribute_not_exists || kind == Kind::size;
    if (arguments.size() != (unary ? 1U : 2U)) {
        note(Mistake::operand_count,
             "Incorrect number of operands for operator or function; operator or function: " +
                 std::string(name) + ", number of operands: " + std::to_string(arguments.size()));
        return;
    }
    if (!unary) check_distinct(name, arguments[0], arguments[1]);
    check_operand_types(name, kind, arguments);
}

void ConditionParser::check_operand_types(std::string_view name, Kind kind,
                                          const std::vector<std::uint32_t>& arguments) {
    const std::string_view first = static_type(arguments[0]);
    switch (kind) {
        case Kind::attribute_exists:
        case Kind::attribute_not_exists:
            if (node(arguments[0]).kind != Kind::path) {
                note(Mistake::operand_type,
                     "Operator or function requires a document path; operator or function: " +
                         std::string(name));
            }
            break;
        case Kind::size:
            if (first == "N" || first == "BOOL" || first == "NULL") note_type(name, first);
            break;
        case Kind::begins_with:
            for (const std::uint32_t argument : arguments) {
                const std::string_view type = static_type(argument);
                if (!type.empty() && type != "S" && type != "B") {
                    note_type(name, type);
                    break;
                }
            }
            break;
        case Kind::attribute_type: {
            constexpr std::array<std::string_view, 10> kTypes{"S",  "N",  "B",    "NULL", "SS",
                                                              "NS", "BS", "BOOL", "L",    "M"};
            const ConditionNode& wanted = node(arguments[1]);
            const std::string_view type = static_type(arguments[1]);
            if (type != "S") {
                note_type(name, type.empty() ? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}" : type);
            } else if (const auto& text = std::get<std::string>(wanted.value.value);
                       std::find(kTypes.begin(), kTypes.end(), text) == kTypes.end()) {
                note(Mistake::operand_type, "Invalid attribute type name found; type: " + text +
                                                ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
            }
            break;
        }
        default:
            break;
    }
}

}  // namespace faasd::table
