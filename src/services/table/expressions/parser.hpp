// What the parsers of all kinds of expression do alike: walking the tokens, paths, placeholders, limits, and
// the order in which DynamoDB reports what is wrong. Inside of expressions/.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "services/table/expressions/expression.hpp"
#include "services/table/expressions/lexer.hpp"
#include "services/table/expressions/path.hpp"
#include "services/table/expressions/placeholders.hpp"
#include "services/table/expressions/projection.hpp"

namespace faasd::table {

// A mistake that is no syntax error. DynamoDB reads the whole expression first and then reports the mistake
// of the lowest rank, the first one of it. Syntax errors come before all of them; in updates, so do reserved
// words.
enum class Mistake {
    too_many_operators,
    redundant_parentheses,
    unknown_function,
    misused_function,
    repeated_section,
    reserved_word,
    // In conditions these are judged condition by condition, from left to right (see close_condition).
    undefined_placeholder,
    section_operand,  // of ADD or DELETE
    operand_count,
    same_operands,
    operand_type,
    count,
};

class Parser {
  protected:
    // Deeper nesting is refused, so that no text makes the recursion overflow a stack.
    static constexpr int kMaxDepth = 300;

    Parser(ExpressionKind kind, std::string_view text, NameUsage& usage);

    // Empty, too long, or fine so far. Nothing but space is a syntax error, not empty.
    [[nodiscard]] base::Result<> check_text() const;
    // The verdict at the end of the parse, over the mistakes below a rank.
    [[nodiscard]] base::Result<> verdict(Mistake below = Mistake::count) const;
    [[nodiscard]] base::Error error(std::string_view what) const;  // "Invalid <kind>: <what>"

    [[nodiscard]] const Token& peek() const { return tokens_[at_]; }
    [[nodiscard]] TokenKind kind() const { return tokens_[at_].kind; }
    [[nodiscard]] TokenKind next_kind() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)].kind; }
    Token take() { return tokens_[kind() == TokenKind::end ? at_ : at_++]; }
    bool accept(TokenKind wanted);
    // False and a syntax error at the current token, if it is another one.
    bool expect(TokenKind wanted);
    // Notes the syntax error at the current token; the first one counts. Always false.
    bool syntax_error();
    [[nodiscard]] bool failed() const { return syntax_error_.has_value(); }

    void note(Mistake mistake, std::string_view what);
    // The mistakes of the condition read since the last call become final: the first condition with any
    // counts.
    void close_condition();
    // Of what has limits of its own (ExpressionNames).
    [[nodiscard]] bool is_unlimited() const { return usage_.unlimited(); }
    // Counts an operator or a function.
    void count_operator();

    struct Level {  // one level of recursion
        explicit Level(Parser& parser)
            : parser_(parser), good(++parser.depth_ <= kMaxDepth || parser.too_deep()) {}
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        ~Level() { --parser_.depth_; }

      private:
        Parser& parser_;

      public:
        const bool good;
    };

    // An identifier or #name at the current token, and what follows it: .name, .#name, [3].
    bool path(Path& out);
    bool path_tail(Path& out);
    [[nodiscard]] bool at_path() const {
        return kind() == TokenKind::identifier || kind() == TokenKind::name_placeholder;
    }
    // The value of the :placeholder at the current token; undefined ones are noted and give nullptr.
    const model::AttributeValue* value();

    // Notes nothing: the two first of `paths` that overlap, else the two first that conflict.
    [[nodiscard]] base::Result<> check_paths(const Paths& paths) const;

    const ExpressionKind kind_;

  private:
    bool path_name(Path& out);
    bool too_deep();

    std::string_view text_;
    NameUsage& usage_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int operators_ = 0;
    std::optional<std::string> syntax_error_;
    std::array<std::optional<std::string>, static_cast<std::size_t>(Mistake::count)> mistakes_;
    std::optional<std::string> condition_mistake_;
};

}  // namespace faasd::table
