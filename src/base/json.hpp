// Reading and writing JSON text, compiled once: nlohmann's parser and serializer are templates, which every source that
// named them built anew (a seventh of a clean build).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace faasd::base {

// Deeper JSON from outside is refused. The parser needs no stack for depth, but copying, comparing and writing what it
// returns take 150 bytes a level, and 2 KB in a build with sanitizers, of threads that have 1 MB.
inline constexpr std::size_t kDeepestJson = 256;
// Whether arrays and objects are nested deeper. Of a text that is no JSON it says something, which the parser corrects.
[[nodiscard]] bool nests_deeper(std::string_view text, std::size_t deepest = kDeepestJson);

// The value that `text` is; one for which is_discarded() holds where it is no JSON, or nested deeper. For what comes from
// outside.
[[nodiscard]] nlohmann::json parse_json(std::string_view text, std::size_t deepest = kDeepestJson);
// Whether `text` is JSON, however deep, without making the value.
[[nodiscard]] bool is_json(std::string_view text);
// The value of a text that this program wrote itself. Throws nlohmann::json::parse_error where it is none after all.
[[nodiscard]] nlohmann::json parse_stored_json(std::string_view text);

// The text of `value`: on one line, or indented by so many blanks a level. A string that is not UTF-8 never throws: what
// does not belong there becomes U+FFFD.
[[nodiscard]] std::string to_text(const nlohmann::json& value, int indent = -1);
[[nodiscard]] std::string to_text(const nlohmann::ordered_json& value, int indent = -1);
// The text on one line, or nothing where a string of the value is not UTF-8.
[[nodiscard]] std::optional<std::string> to_exact_text(const nlohmann::json& value);
// As to_text(), with everything beyond ASCII as \uXXXX.
[[nodiscard]] std::string to_ascii_text(const nlohmann::json& value);

}  // namespace faasd::base
