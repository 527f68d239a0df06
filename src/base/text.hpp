// Small text work that several modules need.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace faasd::base {

[[nodiscard]] bool iequals(std::string_view a, std::string_view b);  // ASCII only
[[nodiscard]] std::string to_lower(std::string_view text);           // ASCII only

// Percent-decoding of RFC 3986 section 2.1, once; nullopt where a '%' is not followed by two hex digits.
// `plus_is_space`: the form encoding of query strings.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
// Leaves only the unreserved characters of RFC 3986, and those of `keep`, as they are.
[[nodiscard]] std::string percent_encode(std::string_view text, std::string_view keep = {});

[[nodiscard]] bool is_valid_utf8(std::string_view text);

// The candidate closest to `word`, if close enough to be meant: for "did you mean".
[[nodiscard]] std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

// Shell-style match of a whole path: `?`, `*` (not across '/'), `**` (across '/'), `[a-z]`, `{a,b}`.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view path);

}  // namespace faasd::base
