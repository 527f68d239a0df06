// Conditions with the placeholders that their specifications have in common.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "items/value_support.hpp"
#include "services/table/expressions/condition.hpp"

namespace faasd::table::condition_support {

using namespace items;

inline const char* const kValues = R"({
    ":five": {"N": "5"}, ":twenty": {"N": "20"}, ":twentyAgain": {"N": "20.0"}, ":text": {"S": "hello"}, ":h": {"S": "he"},
    ":ell": {"S": "ell"}, ":z": {"S": "z"}, ":list": {"L": []}, ":true": {"BOOL": true}, ":red": {"S": "red"},
    ":two5": {"N": "2.50"}, ":hi": {"B": "aGk="}, ":ns": {"NS": ["2", "1"]}, ":seven": {"N": "7"}, ":typeN": {"S": "N"},
    ":typeSS": {"S": "SS"}, ":null": {"NULL": true}, ":empty": {"S": ""}, ":colors": {"SS": ["blue", "red"]}})";

inline model::ExpressionNames names() {
    model::ExpressionNames out;
    const auto values = nlohmann::json::parse(kValues);
    for (const auto& [key, value] : values.items())
        out.values[key] = value_from_typed_json(value).value();
    out.names = {{"#p", "price"}, {"#d", "doc"}, {"#absent", "no.such"}, {"#and", "and"}};
    return out;
}

// The message without what all of them begin with, or "accepted".
inline std::string refusal(std::string_view text, const model::ExpressionNames& placeholders = names()) {
    NameUsage usage(placeholders);
    const auto condition = parse_condition(ExpressionKind::filter, text, usage);
    constexpr std::string_view prefix = "Invalid FilterExpression: ";
    if (condition) return "accepted";
    EXPECT_TRUE(condition.error().message.starts_with(prefix)) << condition.error().message;
    return condition.error().message.substr(prefix.size());
}

}  // namespace faasd::table::condition_support
