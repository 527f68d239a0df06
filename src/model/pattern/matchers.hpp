// The values that one field of a pattern accepts. Private to event patterns.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "model/address_block.hpp"

namespace faasd::model {

struct ExactValue {
    nlohmann::json value;  // a string, number, boolean or null
};
struct TextMatcher {
    enum class Kind { prefix, suffix, equals, wildcard };
    Kind kind{};
    bool ignore_case = false;
    std::string text;                 // in lower case where case is ignored
    std::vector<std::string> pieces;  // of a wildcard, between its stars
    [[nodiscard]] bool matches(std::string_view value) const;
};
struct NumericRange {
    struct Bound {
        double value = 0;
        bool present = false, inclusive = false;
    };
    Bound lower, upper;
    [[nodiscard]] bool matches(double value) const;
};
struct Existence {
    bool wanted = true;
};
struct AnythingBut {
    std::vector<nlohmann::json> values;
    std::vector<TextMatcher> texts;
    [[nodiscard]] bool matches(const nlohmann::json& value) const;
};
using Matcher = std::variant<ExactValue, TextMatcher, NumericRange, AddressBlock, Existence, AnythingBut>;

// Whether a value of the event, which is no object and no list, is accepted.
[[nodiscard]] bool accepts(const Matcher& matcher, const nlohmann::json& value);

// The pieces between the stars of a wildcard; the error is what is wrong with it.
[[nodiscard]] std::variant<std::vector<std::string>, std::string> wildcard_pieces(std::string_view text);

}  // namespace faasd::model
