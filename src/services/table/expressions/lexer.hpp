// From the text of an expression to its tokens. Inside of expressions/.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace faasd::table {

enum class TokenKind : std::uint8_t {
    end,
    bad,  // a character that starts no token: a syntax error wherever it stands
    identifier,
    name_placeholder,   // #name
    value_placeholder,  // :value
    integer,
    left_parenthesis,
    right_parenthesis,
    left_bracket,
    right_bracket,
    dot,
    comma,
    plus,
    minus,
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
    // Words that are tokens of their own in every kind of expression, in any case.
    keyword_and,
    keyword_or,
    keyword_not,
    keyword_between,
    keyword_in,
    keyword_set,
    keyword_remove,
    keyword_add,
    keyword_delete,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;    // into the expression
    std::uint32_t begin = 0;  // offset in the expression
    [[nodiscard]] std::uint32_t finish() const { return begin + static_cast<std::uint32_t>(text.size()); }
};

// Never fails; the last token is `end`, after everything else.
[[nodiscard]] std::vector<Token> tokenize(std::string_view expression);

}  // namespace faasd::table
