// What DynamoDB refuses to store, whatever protocol brought it.
#pragma once

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::items {

// Checks a value and brings it into the one form that the rest of the engine relies on: numbers in canonical
// text, strings and names valid UTF-8, no empty set, no two equal numbers in a set, at most 32 levels of
// nesting. On an error the value is left as far as it got and must not be stored.
[[nodiscard]] base::Result<> canonicalize(model::AttributeValue& value);
[[nodiscard]] base::Result<> canonicalize(model::Item& item);

// An item as it would be stored by a put (at most 400 KB of names and values).
[[nodiscard]] base::Result<> check_item_size(const model::Item& item);
// The same for the result of an update, which DynamoDB words differently.
[[nodiscard]] base::Result<> check_updated_item_size(const model::Item& item);

}  // namespace faasd::items
