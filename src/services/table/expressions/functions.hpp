// The functions that expressions know, whether or not one may stand where it was found. Inside of
// expressions/.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace faasd::table {

// Names of functions are case-sensitive.
[[nodiscard]] inline bool is_function(std::string_view name) {
    constexpr std::array<std::string_view, 8> kFunctions{
        "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
        "if_not_exists",    "list_append"};
    return std::find(kFunctions.begin(), kFunctions.end(), name) != kFunctions.end();
}

[[nodiscard]] inline std::string misused_function(std::string_view name) {
    return "The function is not allowed to be used this way in an expression; function: " + std::string(name);
}

// `where`: "an update" or "a condition".
[[nodiscard]] inline std::string foreign_function(std::string_view where, std::string_view name) {
    return "The function is not allowed in " + std::string(where) + " expression; function: " + std::string(name);
}

}  // namespace faasd::table
