// The older parameters, as expressions.
#include <algorithm>
#include <set>
#include <vector>

#include "aws/dynamodb/expressions.hpp"
#include "aws/dynamodb/refusals.hpp"
#include "items/attribute_value.hpp"

namespace faasd::aws::dynamodb {
namespace {

using Values = std::vector<model::AttributeValue>;

Shape comparison_shape() {
    return one_of({"IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS"});
}

bool has_any_type(const model::AttributeValue& value, std::initializer_list<std::string_view> types) {
    return std::ranges::find(types, items::type_name(value)) != types.end();
}

void check_count(const std::string& comparison, std::size_t count) {
    bool good = count == 1;
    if (comparison == "NULL" || comparison == "NOT_NULL") good = count == 0;
    if (comparison == "IN") good = count > 0;
    if (comparison == "BETWEEN") good = count == 2;
    if (!good) refuse_parameter("Invalid number of argument(s) for the " + comparison + " ComparisonOperator");
}

void check_values(const std::string& comparison, const Values& values) {
    check_count(comparison, values.size());
    for (const model::AttributeValue& value : values)
        if (value.value.index() != values.front().value.index())
            refuse_parameter("AttributeValues inside AttributeValueList must be of same type");
    if (comparison != "NULL" && comparison != "NOT_NULL") {
        for (const model::AttributeValue& value : values) {
            bool fits = has_any_type(value, {"S", "N", "B"});
            if (comparison == "EQ" || comparison == "NE") fits = has_any_type(value, {"S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL", "NULL"});
            if (comparison == "BEGINS_WITH") fits = has_any_type(value, {"S", "B"});
            if (!fits)
                refuse_parameter("ComparisonOperator " + comparison + " is not valid for " +
                                 std::string(items::type_name(value)) + " AttributeValue type");
        }
    }
    if (comparison != "BETWEEN") return;
    const auto order = items::compare(values[0], values[1]);
    if (order && *order > 0)
        refuse_value("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
}

Values take_values(Input& list) {
    Values values;
    if (!list) return values;
    for (Input& one : list.list())
        values.push_back(one.take_value());
    return values;
}

std::string compared(const std::string& comparison, const std::string& attribute, Values values, Placeholders& placeholders) {
    if (comparison == "NULL") return "attribute_not_exists(" + attribute + ")";
    if (comparison == "NOT_NULL") return "attribute_exists(" + attribute + ")";
    std::vector<std::string> given;
    for (model::AttributeValue& value : values)
        given.push_back(placeholders.value(std::move(value)));
    if (comparison == "BETWEEN") return attribute + " BETWEEN " + given[0] + " AND " + given[1];
    if (comparison == "IN") {
        std::string all;
        for (const std::string& one : given)
            all += (all.empty() ? "" : ", ") + one;
        return attribute + " IN (" + all + ")";
    }
    if (comparison == "CONTAINS") return "contains(" + attribute + ", " + given[0] + ")";
    if (comparison == "NOT_CONTAINS") return "NOT contains(" + attribute + ", " + given[0] + ")";
    if (comparison == "BEGINS_WITH") return "begins_with(" + attribute + ", " + given[0] + ")";
    const std::string_view sign = comparison == "EQ"   ? " = "
                                  : comparison == "NE" ? " <> "
                                  : comparison == "LE" ? " <= "
                                  : comparison == "LT" ? " < "
                                  : comparison == "GE" ? " >= "
                                                       : " > ";
    return attribute + std::string(sign) + given[0];
}

void append(std::string& all, const std::string& one, bool any) {
    all.append(all.empty() ? "" : any ? " OR " : " AND ").append(one);
}

std::string expected_one(const std::string& name, Input& expected, Placeholders& placeholders) {
    const Input &comparison = std::as_const(expected)["ComparisonOperator"], &exists = std::as_const(expected)["Exists"];
    const bool has_list{std::as_const(expected)["AttributeValueList"]}, has_value{std::as_const(expected)["Value"]};
    const std::string of = " for Attribute: " + name;
    if (has_list && has_value) refuse_parameter("Value and AttributeValueList cannot be used together" + of);
    if (comparison) {
        const std::string& which = comparison.text();
        if (exists) refuse_parameter("Exists and ComparisonOperator cannot be used together" + of);
        if (which != "NULL" && which != "NOT_NULL" && !has_list && !has_value)
            refuse_parameter("Value or AttributeValueList must be used with ComparisonOperator: " + which + of);
        Values values;
        if (has_list) values = take_values(expected["AttributeValueList"]);
        if (has_value) values.push_back(expected["Value"].take_value());
        check_values(which, values);
        return compared(which, placeholders.name(name), std::move(values), placeholders);
    }
    if (has_list) refuse_parameter("AttributeValueList can only be used with a ComparisonOperator" + of);
    if (exists.flag_or(true) && !has_value)
        refuse_parameter("Value must be provided when Exists is " + std::string(exists ? "true" : "null") + of);
    if (!exists.flag_or(true)) {
        if (has_value) refuse_parameter("Value cannot be used when Exists is false" + of);
        return compared("NULL", placeholders.name(name), {}, placeholders);
    }
    Values values;
    values.push_back(expected["Value"].take_value());
    return compared("EQ", placeholders.name(name), std::move(values), placeholders);
}

}  // namespace

Shape condition_shape() {
    Shape shape = map("com.amazonaws.dynamodb.v20120810.Condition",
                      structure("Condition", {{"AttributeValueList", list(value(), {}, kMostOlder)},
                                              {"ComparisonOperator", comparison_shape(), kRequired}}));
    shape.most = kMostOlder;
    return shape;
}

Shape expected_shape() {
    Shape shape = map("com.amazonaws.dynamodb.v20120810.ExpectedAttributeValue",
                      structure("ExpectedAttributeValue", {{"AttributeValueList", list(value(), {}, kMostOlder)},
                                                           {"ComparisonOperator", comparison_shape()},
                                                           {"Exists", flag()},
                                                           {"Value", value()}}));
    shape.most = kMostOlder;
    return shape;
}

std::string projection_of(const Input& attributes_to_get, Placeholders& placeholders) {
    std::string all;
    std::set<std::string_view> seen;
    if (!attributes_to_get) return all;
    for (const Input& one : attributes_to_get.list())
        if (!seen.insert(one.text()).second)
            refuse_parameter("Duplicate value in attribute name: " + one.text());
    for (const std::string_view name : seen)
        all += (all.empty() ? "" : ",") + placeholders.name(name);
    return all;
}

std::string condition_of_expected(Input& expected, const Input& conditional_operator, Placeholders& placeholders) {
    std::string all;
    if (!expected) return all;
    for (auto& [name, one] : expected.map())
        append(all, expected_one(name, one, placeholders), conditional_operator.is("OR"));
    return all;
}

std::string condition_of(Input& conditions, const Input& conditional_operator, Placeholders& placeholders) {
    std::string all;
    if (!conditions) return all;
    for (auto& [name, one] : conditions.map()) {
        const std::string comparison = std::as_const(one)["ComparisonOperator"].text();
        Values values;
        if (std::as_const(one)["AttributeValueList"]) values = take_values(one["AttributeValueList"]);
        check_values(comparison, values);
        append(all, compared(comparison, placeholders.name(name), std::move(values), placeholders), conditional_operator.is("OR"));
    }
    return all;
}

std::string update_of(Input& attribute_updates, Placeholders& placeholders) {
    std::string sets, removes, adds, deletes;
    if (!attribute_updates) return {};
    const auto extend = [](std::string& section, std::string_view keyword, const std::string& what) {
        section.append(section.empty() ? keyword : ", ").append(what);
    };
    for (auto& [name, one] : attribute_updates.map()) {
        const std::string action = std::as_const(one)["Action"].text_or("PUT");
        const bool has_value{std::as_const(one)["Value"]};
        if (!has_value) {
            if (action != "DELETE") refuse_parameter("Only DELETE action is allowed when no attribute value is specified");
            extend(removes, " REMOVE ", placeholders.name(name));
            continue;
        }
        model::AttributeValue given = one["Value"].take_value();
        const std::string type(items::type_name(given));
        const std::string attribute = placeholders.name(name);
        if (action == "DELETE") {
            if (!has_any_type(given, {"SS", "NS", "BS"}))
                refuse_parameter("DELETE action with value is not supported for the type " + type);
            extend(deletes, " DELETE ", attribute + " " + placeholders.value(std::move(given)));
        } else if (action == "ADD") {
            if (!has_any_type(given, {"L", "SS", "NS", "BS", "N"}))
                refuse_parameter("ADD action is not supported for the type " + type);
            if (type == "L") {
                const std::string none = placeholders.value(model::AttributeValue{model::List{}});
                extend(sets, " SET ", attribute + " = list_append(if_not_exists(" + attribute + ", " + none + "), " +
                                          placeholders.value(std::move(given)) + ")");
            } else {
                extend(adds, " ADD ", attribute + " " + placeholders.value(std::move(given)));
            }
        } else if (action == "PUT") {
            extend(sets, " SET ", attribute + " = " + placeholders.value(std::move(given)));
        } else {
            refuse_value("1 validation error detected: Value '" + action + "' at 'attributeUpdates." + name +
                         ".member.action' failed to satisfy constraint: Member must satisfy enum value set: [ADD, DELETE, PUT]");
        }
    }
    return sets + removes + adds + deletes;
}

}  // namespace faasd::aws::dynamodb
