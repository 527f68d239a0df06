// Short ways to write attribute values in specifications.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "items/typed_json.hpp"

namespace faasd::items::testing {

// From DynamoDB JSON: item(R"({"id": {"S": "a"}})").
inline model::Item item(std::string_view typed_json) {
    return item_from_typed_json(nlohmann::json::parse(typed_json)).value();
}
inline model::AttributeValue value(std::string_view typed_json) {
    return value_from_typed_json(nlohmann::json::parse(typed_json)).value();
}
inline model::AttributeValue S(std::string text) {
    return {std::move(text)};
}
inline model::AttributeValue N(std::string text) {
    return {model::Number{std::move(text)}};
}
inline model::AttributeValue B(std::string bytes) {
    return {model::Binary{std::move(bytes)}};
}

// What a result is in a specification: its value as DynamoDB JSON, or the message of the error.
inline std::string show(const base::Result<model::Item>& result) {
    return result ? to_typed_json(*result).dump() : result.error().message;
}
inline std::string show(const base::Result<>& result) {
    return result ? "fine" : result.error().message;
}

}  // namespace faasd::items::testing
