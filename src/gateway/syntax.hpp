// The character classes of HTTP and URIs, and lists of tokens.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace faasd::gateway {

// Why a request is refused: the status, and a sentence for the person who sent it.
struct Refusal {
    unsigned status = 400;
    std::string_view reason;  // static
};

enum CharClass : std::uint8_t {
    kToken = 1,       // RFC 9110 section 5.6.2
    kFieldValue = 2,  // RFC 9110 section 5.5: VCHAR, obs-text, SP, HTAB
    kTarget = 4,      // visible ASCII but '#': RFC 3986 and what browsers leave unescaped
    kRegName = 8,     // RFC 3986 section 3.2.2 without pct-encoded
};
extern const std::array<std::uint8_t, 256> kCharClasses;

[[nodiscard]] inline bool is(char c, std::uint8_t classes) {
    return (kCharClasses[static_cast<unsigned char>(c)] & classes) != 0;
}
[[nodiscard]] inline bool all_are(std::string_view text, std::uint8_t classes) {
    for (const char c : text)
        if (!is(c, classes)) return false;
    return true;
}
[[nodiscard]] inline bool is_token(std::string_view text) { return !text.empty() && all_are(text, kToken); }
[[nodiscard]] inline bool is_field_value(std::string_view text) { return all_are(text, kFieldValue); }
[[nodiscard]] inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without SP and HTAB at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

// The next element of a comma-separated list, taken off its front; empty elements are skipped (RFC 9110 section
// 5.6.1.2). Quoted strings are not understood: for lists of tokens and numbers only.
[[nodiscard]] std::optional<std::string_view> next_element(std::string_view& list);

// Host of RFC 9110 section 7.2, uri-host [":" port], with a host that is not empty and a port that exists.
[[nodiscard]] bool is_valid_authority(std::string_view authority);

}  // namespace faasd::gateway
