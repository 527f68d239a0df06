// DynamoDB JSON, the form of the wire protocol: {"S": "text"}, {"N": "5"}, {"B": "base64"}, {"SS": […]}, …
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::items {

// Values come out canonical (numbers) and checked (validation.hpp); the messages are DynamoDB's.
[[nodiscard]] base::Result<model::AttributeValue> value_from_typed_json(const nlohmann::json& json);
[[nodiscard]] base::Result<model::Item> item_from_typed_json(const nlohmann::json& json);

[[nodiscard]] nlohmann::json to_typed_json(const model::AttributeValue& value);
[[nodiscard]] nlohmann::json to_typed_json(const model::Item& item);

}  // namespace faasd::items
