// Inside of plain_json.hpp: the objects that stand for what plain JSON lacks, and the parser that keeps a
// number's digits.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "model/tables.hpp"

namespace faasd::items {

inline constexpr std::string_view kBinaryMark = "$binary";
inline constexpr std::string_view kStringsMark = "$strings";
inline constexpr std::string_view kNumbersMark = "$numbers";
inline constexpr std::string_view kBinariesMark = "$binaries";

// The binary or set that a map of one marked member stands for; any other map as it is.
[[nodiscard]] base::Result<model::AttributeValue> unmark(model::Item map);

// JSON text to a value; marks resolved, numbers canonical with all their digits, nesting bounded. Errors say
// where.
[[nodiscard]] base::Result<model::AttributeValue> parse_plain_text(std::string_view text);

}  // namespace faasd::items
