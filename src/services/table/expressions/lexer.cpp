#include "services/table/expressions/lexer.hpp"

#include <array>
#include <utility>

#include "base/text.hpp"

namespace faasd::table {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
    return is_letter(c) || is_digit(c) || c == '_';
}
bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

constexpr std::array<std::pair<std::string_view, TokenKind>, 9> kKeywords{{
    {"and", TokenKind::keyword_and},
    {"or", TokenKind::keyword_or},
    {"not", TokenKind::keyword_not},
    {"between", TokenKind::keyword_between},
    {"in", TokenKind::keyword_in},
    {"set", TokenKind::keyword_set},
    {"remove", TokenKind::keyword_remove},
    {"add", TokenKind::keyword_add},
    {"delete", TokenKind::keyword_delete},
}};

TokenKind word_kind(std::string_view word) {
    for (const auto& [keyword, kind] : kKeywords) {
        if (base::iequals(word, keyword)) return kind;
    }
    return TokenKind::identifier;
}

struct Scanned {
    TokenKind kind;
    std::size_t length;
};

template <class Predicate>
std::size_t run(std::string_view text, std::size_t from, const Predicate& belongs) {
    while (from < text.size() && belongs(text[from]))
        ++from;
    return from;
}

Scanned placeholder(std::string_view rest, TokenKind kind) {
    const std::size_t length = run(rest, 1, is_word);
    if (length == 1) return {TokenKind::bad, 1};
    return {kind, length};
}

Scanned scan(std::string_view rest) {
    const char second = rest.size() > 1 ? rest[1] : '\0';
    switch (rest[0]) {
        case '#':
            return placeholder(rest, TokenKind::name_placeholder);
        case ':':
            return placeholder(rest, TokenKind::value_placeholder);
        case '(':
            return {TokenKind::left_parenthesis, 1};
        case ')':
            return {TokenKind::right_parenthesis, 1};
        case '[':
            return {TokenKind::left_bracket, 1};
        case ']':
            return {TokenKind::right_bracket, 1};
        case '.':
            return {TokenKind::dot, 1};
        case ',':
            return {TokenKind::comma, 1};
        case '+':
            return {TokenKind::plus, 1};
        case '-':
            return {TokenKind::minus, 1};
        case '=':
            return {TokenKind::equal, 1};
        case '<':
            if (second == '>') return {TokenKind::not_equal, 2};
            if (second == '=') return {TokenKind::less_or_equal, 2};
            return {TokenKind::less, 1};
        case '>':
            if (second == '=') return {TokenKind::greater_or_equal, 2};
            return {TokenKind::greater, 1};
        default:
            break;
    }
    if (is_digit(rest[0])) return {TokenKind::integer, run(rest, 1, is_digit)};
    if (is_letter(rest[0])) {
        const std::size_t length = run(rest, 1, is_word);
        return {word_kind(rest.substr(0, length)), length};
    }
    // A whole character, so that a message quotes it unbroken.
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    return {TokenKind::bad, run(rest, 1, continues)};
}

}  // namespace

std::vector<Token> tokenize(std::string_view expression) {
    std::vector<Token> tokens;
    std::size_t at = 0;
    while ((at = run(expression, at, is_space)) < expression.size()) {
        const Scanned scanned = scan(expression.substr(at));
        tokens.push_back(
            {scanned.kind, expression.substr(at, scanned.length), static_cast<std::uint32_t>(at)});
        at += scanned.length;
    }
    tokens.push_back({TokenKind::end, {}, static_cast<std::uint32_t>(expression.size())});
    return tokens;
}

}  // namespace faasd::table
