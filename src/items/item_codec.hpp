// The bytes that an item is stored as.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::items {

// Version byte, then per attribute its name, a type byte and the value; lengths and counts as LEB128. Items
// that are equal have equal bytes.
[[nodiscard]] std::string encode_item(const model::Item& item);

// Fails, and never reads outside of `bytes`, on what encode_item of this or an earlier version did not write:
// std::errc::illegal_byte_sequence, with the offset in the message.
[[nodiscard]] base::Result<model::Item> decode_item(std::string_view bytes);

}  // namespace faasd::items
