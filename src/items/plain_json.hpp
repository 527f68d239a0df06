// Plain JSON, as the SDKs' document clients show items to programs: {"id": 5, "tags": ["a"]}.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::items {

// A string, number, Boolean, null, array and object become S, N, BOOL, NULL, L and M. Sets and binaries have
// no plain form: an object of the one member "$binary" (base64 text), "$strings", "$numbers" or "$binaries"
// (arrays) stands for B, SS, NS and BS, both ways. From text, numbers keep every digit that DynamoDB can
// hold; a nlohmann::json has already rounded a non-integer to a double.
[[nodiscard]] base::Result<model::AttributeValue> value_from_plain_json(const nlohmann::json& json);
[[nodiscard]] base::Result<model::Item> item_from_plain_json(const nlohmann::json& json);
[[nodiscard]] base::Result<model::AttributeValue> value_from_plain_text(std::string_view text);
[[nodiscard]] base::Result<model::Item> item_from_plain_text(std::string_view text);

// The text has every digit; the json rounds what fits neither 64-bit integers nor a double.
[[nodiscard]] std::string to_plain_text(const model::AttributeValue& value);
[[nodiscard]] std::string to_plain_text(const model::Item& item);
[[nodiscard]] nlohmann::json to_plain_json(const model::AttributeValue& value);
[[nodiscard]] nlohmann::json to_plain_json(const model::Item& item);

}  // namespace faasd::items
