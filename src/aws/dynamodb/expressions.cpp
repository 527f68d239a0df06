#include "aws/dynamodb/expressions.hpp"

#include <algorithm>
#include <vector>

#include "aws/dynamodb/refusals.hpp"

namespace faasd::aws::dynamodb {
namespace {

std::string join(const std::vector<std::string_view>& names, std::string_view by) {
    std::string out;
    for (const std::string_view name : names)
        out.append(out.empty() ? "" : by).append(name);
    return out;
}

bool is_placeholder(std::string_view text, char first) {
    return text.size() > 1 && text[0] == first && std::ranges::all_of(text.substr(1), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

void check_placeholder(std::string_view where, const std::string& text, char first) {
    if (!is_placeholder(text, first))
        refuse_value(std::string(where) + " contains invalid key: Syntax error; key: \"" + text + '"');
}

// It stands between conditions of the older kind, and what there is nothing to stand between is refused.
void check_conditional_operator(const Input& in) {
    std::size_t conditions = 0;
    for (const std::string_view name : {"Expected", "QueryFilter", "ScanFilter"})
        if (in[name]) conditions += in[name].map().size();
    if (conditions == 0) refuse_value("ConditionalOperator cannot be used without Filter or Expected");
    if (conditions == 1)
        refuse_value("ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

}  // namespace

void check_expression_parameters(const Input& in, std::initializer_list<std::string_view> expressions,
                                 std::initializer_list<std::string_view> older) {
    std::vector<std::string_view> sent, sent_older, with_values;
    for (const std::string_view name : expressions) {
        if (in[name]) sent.push_back(name);
        if (name != "ProjectionExpression") with_values.push_back(name);
    }
    for (const std::string_view name : older) {
        // Conditions on keys of the older kind may stand beside a filter of the newer.
        if (name == "KeyConditions" && !in["KeyConditionExpression"]) continue;
        if (in[name]) sent_older.push_back(name);
    }
    if (!sent.empty() && !sent_older.empty())
        refuse_value("Can not use both expression and non-expression parameters in the same request: Non-expression "
                     "parameters: {" + join(sent_older, ", ") + "} Expression parameters: {" + join(sent, ", ") + "}");
    if (in["ExpressionAttributeNames"] && sent.empty())
        refuse_value("ExpressionAttributeNames can only be specified when using expressions");
    if (!with_values.empty() && in["ExpressionAttributeValues"] &&
        std::ranges::none_of(with_values, [&](std::string_view name) { return static_cast<bool>(in[name]); }))
        refuse_value("ExpressionAttributeValues can only be specified when using expressions: " +
                     join(with_values, " and ") + (with_values.size() > 1 ? " are null" : " is null"));
    if (in["ConditionalOperator"]) check_conditional_operator(in);
}

model::ExpressionNames take_names(Input& in) {
    model::ExpressionNames names;
    if (Input& given = in["ExpressionAttributeNames"]; given) {
        if (given.map().empty()) refuse_value("ExpressionAttributeNames must not be empty");
        for (auto& [placeholder, name] : given.map()) {
            check_placeholder("ExpressionAttributeNames", placeholder, '#');
            names.names.insert_or_assign(placeholder, name.text());
        }
    }
    if (Input& given = in["ExpressionAttributeValues"]; given) {
        if (given.map().empty()) refuse_value("ExpressionAttributeValues must not be empty");
        for (const auto& [placeholder, value] : given.map())
            check_placeholder("ExpressionAttributeValues", placeholder, ':');
        for (auto& [placeholder, value] : given.map()) {
            Input::NotedValue& noted = value.noted_value();
            if (noted.note)
                refuse_value("ExpressionAttributeValues contains invalid value: " + noted.note.text + " for key " + placeholder);
            names.values.insert_or_assign(placeholder, std::move(noted.value));
        }
    }
    return names;
}

std::string take_expression(const Input& in, std::string_view member) {
    const Input& given = in[member];
    if (!given) return {};
    if (given.text().empty()) refuse_value("Invalid " + std::string(member) + ": The expression can not be empty;");
    return given.text();
}

Placeholders::Placeholders(model::ExpressionNames& names, Limits limits) : names_(names), limits_(limits) {
    for (const auto& [placeholder, name] : names_.names)
        placeholders_.try_emplace(name, placeholder);
}

std::string Placeholders::name(std::string_view attribute) {
    if (const auto known = placeholders_.find(attribute); known != placeholders_.end()) return known->second;
    names_.unlimited = names_.unlimited || limits_ == Limits::none;
    for (;;) {
        std::string placeholder = "#o" + std::to_string(next_name_++);
        if (!names_.names.try_emplace(placeholder, attribute).second) continue;
        placeholders_.emplace(attribute, placeholder);
        return placeholder;
    }
}

std::string Placeholders::value(model::AttributeValue value) {
    for (;;) {
        std::string placeholder = ":o" + std::to_string(next_value_++);
        if (names_.values.try_emplace(placeholder, std::move(value)).second) return placeholder;
    }
}

void merge(model::ExpressionNames& into, model::ExpressionNames from) {
    into.names.merge(from.names);
    into.values.merge(from.values);
    into.unlimited = into.unlimited || from.unlimited;
}

Shape conditional_operator_shape() { return one_of({"OR", "AND"}); }
Shape names_shape() { return map("java.lang.String", text()); }
Shape values_shape() { return map("com.amazonaws.dynamodb.v20120810.AttributeValue", value()); }

}  // namespace faasd::aws::dynamodb
