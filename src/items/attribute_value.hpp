// What every part of the table engine asks of an attribute value: its type, its size, and its order.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::items {

inline constexpr std::uint64_t kMaxItemBytes = 400 * 1024;
inline constexpr int kMaxNesting = 32;  // levels of lists and maps below an item

// A refused request in DynamoDB's words.
[[nodiscard]] base::Error validation_error(std::string message);

// "S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL" or "NULL".
[[nodiscard]] std::string_view type_name(const model::AttributeValue& value);
// "STRING", "NUMBER", "BINARY", "STRING_SET", … as some messages of update expressions spell them.
[[nodiscard]] std::string_view long_type_name(const model::AttributeValue& value);

// Two strings by their UTF-8 bytes, two numbers by value, two binaries as unsigned bytes; nullopt for
// anything else, since DynamoDB does not order it.
[[nodiscard]] std::optional<std::strong_ordering> compare(const model::AttributeValue& a,
                                                          const model::AttributeValue& b);

// DynamoDB's documented sizes (Developer Guide, "Item sizes and formats"): a name and a string are their
// UTF-8 bytes, a number (significant digits + 1) / 2 + 1 bytes and one more if negative, a list or map 3
// bytes and one an element on top of what it holds, a Boolean or null 1.
[[nodiscard]] std::uint64_t value_size(const model::AttributeValue& value);
[[nodiscard]] std::uint64_t item_size(const model::Item& item);

// As messages print a value: {S:abc}, {N:5}, {L:[{S:a}]}.
[[nodiscard]] std::string describe(const model::AttributeValue& value);

}  // namespace faasd::items
