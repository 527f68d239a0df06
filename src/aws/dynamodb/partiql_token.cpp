#include "aws/dynamodb/partiql_token.hpp"

#include "aws/dynamodb/refusals.hpp"

namespace faasd::aws::dynamodb {
namespace {

using TokenKind = PartiqlToken::Kind;

bool is_space_character(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit_character(char c) { return c >= '0' && c <= '9'; }
bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || is_digit_character(c);
}

// A quote is doubled to stand in a text.
std::string quoted(std::string_view statement, std::size_t& at) {
    const char quote = statement[at++];
    std::string text;
    for (;; ++at) {
        if (at == statement.size()) refuse_statement("a quote is never closed");
        if (statement[at] == quote) {
            if (at + 1 == statement.size() || statement[at + 1] != quote) break;
            ++at;
        }
        text.push_back(statement[at]);
    }
    ++at;
    return text;
}

std::string number_text(std::string_view statement, std::size_t& at) {
    const std::size_t from = at;
    if (statement[at] == '-') ++at;
    while (at < statement.size() && (is_digit_character(statement[at]) || statement[at] == '.')) ++at;
    if (at < statement.size() && (statement[at] == 'e' || statement[at] == 'E')) {
        ++at;
        if (at < statement.size() && (statement[at] == '+' || statement[at] == '-')) ++at;
        while (at < statement.size() && is_digit_character(statement[at])) ++at;
    }
    return std::string(statement.substr(from, at - from));
}

// A minus sign begins a number only where no operand stands before it.
bool may_begin_number(const std::vector<PartiqlToken>& before) {
    if (before.empty()) return true;
    const PartiqlToken& last = before.back();
    if (last.kind == TokenKind::symbol) return last.text != ")" && last.text != "]";
    return last.kind == TokenKind::word;
}

}  // namespace

void refuse_statement(const std::string& why) {
    refuse_value("Statement wasn't well formed, can't be processed: " + why);
}

std::vector<PartiqlToken> partiql_tokens(std::string_view statement) {
    std::vector<PartiqlToken> tokens;
    std::size_t at = 0;
    while (at < statement.size()) {
        const char c = statement[at];
        if (is_space_character(c)) {
            ++at;
            continue;
        }
        PartiqlToken token;
        token.at = at;
        if (c == '\'' || c == '"') {
            token.kind = c == '"' ? TokenKind::quoted_name : TokenKind::text;
            token.text = quoted(statement, at);
        } else if (is_digit_character(c) || (c == '-' && at + 1 < statement.size() && is_digit_character(statement[at + 1]) &&
                                             may_begin_number(tokens))) {
            token.kind = TokenKind::number;
            token.text = number_text(statement, at);
        } else if (is_word_character(c)) {
            token.kind = TokenKind::word;
            while (at < statement.size() && is_word_character(statement[at])) token.text.push_back(statement[at++]);
        } else if (c == '?') {
            token.kind = TokenKind::parameter;
            ++at;
        } else {
            token.kind = TokenKind::symbol;
            for (const std::string_view two : {"<<", ">>", "<=", ">=", "<>", "!="})
                if (statement.substr(at, 2) == two) token.text = two;
            if (token.text.empty()) {
                if (std::string_view("()[]{},.:=<>+-*;").find(c) == std::string_view::npos)
                    refuse_statement("unexpected character at position " + std::to_string(at + 1));
                token.text = c;
            }
            at += token.text.size();
        }
        tokens.push_back(std::move(token));
    }
    tokens.push_back({TokenKind::end, {}, statement.size()});
    return tokens;
}

}  // namespace faasd::aws::dynamodb
