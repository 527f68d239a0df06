// Updates with the placeholders that their specifications have in common.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "items/typed_json.hpp"
#include "services/table/expressions/update.hpp"

namespace faasd::table::update_support {

using namespace items;

inline const char* const kValues = R"({
    ":one": {"N": "1"}, ":two": {"N": "2"}, ":half": {"N": "0.5"}, ":text": {"S": "t"}, ":other": {"S": "o"},
    ":list": {"L": [{"N": "8"}]}, ":map": {"M": {"k": {"S": "v"}}}, ":bin": {"B": "aGk="}, ":true": {"BOOL": true},
    ":null": {"NULL": true}, ":ss": {"SS": ["red"]}, ":ss2": {"SS": ["red", "blue"]}, ":ns": {"NS": ["1.0", "3"]},
    ":bs": {"BS": ["aGk="]}})";

inline model::ExpressionNames names() {
    model::ExpressionNames out;
    const auto values = nlohmann::json::parse(kValues);
    for (const auto& [key, value] : values.items())
        out.values[key] = value_from_typed_json(value).value();
    out.names = {{"#a", "a"}, {"#b", "b"}, {"#c", "c"}, {"#d", "[3]"}, {"#dot", "x.y"}};
    return out;
}

inline base::Result<UpdatePlan> parse(std::string_view text) {
    const model::ExpressionNames placeholders = names();
    NameUsage usage(placeholders);
    return parse_update(text, usage);
}

}  // namespace faasd::table::update_support
