// The grammar of PartiQL as far as DynamoDB has it. Inside of the PartiQL sources.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/dynamodb/partiql_statement.hpp"
#include "aws/dynamodb/partiql_token.hpp"

namespace faasd::aws::dynamodb {

class PartiqlParser {
  public:
    PartiqlParser(std::string_view statement, std::vector<model::AttributeValue> parameters)
        : tokens_(partiql_tokens(statement)), parameters_(std::move(parameters)) {}
    [[nodiscard]] PartiqlStatement parse();

  private:
    using Kind = PartiqlToken::Kind;
    static constexpr int kMaxDepth = 100;

    // Keywords are words in any case.
    [[nodiscard]] bool at_word(std::string_view word) const;
    [[nodiscard]] bool accept_word(std::string_view word);
    void expect_word(std::string_view word);
    [[nodiscard]] bool at_symbol(std::string_view symbol) const;
    [[nodiscard]] bool accept(std::string_view symbol);
    void expect(std::string_view symbol);
    [[nodiscard]] std::string name();
    [[noreturn]] void unexpected() const;
    [[nodiscard]] const PartiqlToken& peek() const { return tokens_[at_]; }
    PartiqlToken take() { return tokens_[peek().kind == Kind::end ? at_ : at_++]; }

    void select(PartiqlStatement& out);
    void insert(PartiqlStatement& out);
    void update(PartiqlStatement& out);
    void remove(PartiqlStatement& out);
    void where(PartiqlStatement& out);
    void order_by(PartiqlStatement& out);
    void returning(PartiqlStatement& out);
    [[nodiscard]] PartiqlSet set_action();

    [[nodiscard]] PartiqlCondition any_of();
    [[nodiscard]] PartiqlCondition all_of();
    [[nodiscard]] PartiqlCondition negation();
    [[nodiscard]] PartiqlCondition primary();
    [[nodiscard]] PartiqlCondition comparison(PartiqlOperand first);
    [[nodiscard]] PartiqlCondition call(std::string function);

    [[nodiscard]] PartiqlOperand operand();
    [[nodiscard]] PartiqlPath path();
    [[nodiscard]] bool at_path() const;
    [[nodiscard]] bool at_call() const;
    [[nodiscard]] model::AttributeValue value();
    [[nodiscard]] model::AttributeValue set_value();

    struct Level {
        explicit Level(int& depth) : depth_(depth) {
            if (++depth_ > kMaxDepth) refuse_statement("it is nested too deeply");
        }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        ~Level() { --depth_; }
        int& depth_;
    };

    std::vector<PartiqlToken> tokens_;
    std::vector<model::AttributeValue> parameters_;
    std::size_t at_ = 0;
    std::size_t next_parameter_ = 0;
    int depth_ = 0;
};

}  // namespace faasd::aws::dynamodb
