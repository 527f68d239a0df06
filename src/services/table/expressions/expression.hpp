// What all five kinds of expression share.
#pragma once

#include <cstddef>
#include <string_view>

namespace faasd::table {

// Names an expression in messages: "Invalid UpdateExpression: …".
enum class ExpressionKind { condition, filter, key_condition, update, projection };
[[nodiscard]] std::string_view name_of(ExpressionKind kind);  // "ConditionExpression", …

// Developer Guide, "Quotas and limits in DynamoDB", Expression parameters.
inline constexpr std::size_t kMaxExpressionBytes = 4096;
inline constexpr int kMaxOperators = 300;   // operators and functions
inline constexpr int kMaxInOperands = 100;  // values in the list of IN

// One of the words that can't stand in an expression as an attribute's name; case does not matter.
// Source: Developer Guide, "Reserved words in DynamoDB".
[[nodiscard]] bool is_reserved_word(std::string_view name);

}  // namespace faasd::table
