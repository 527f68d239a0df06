// The grammar of ConditionExpression, FilterExpression and KeyConditionExpression. Inside of expressions/.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "services/table/expressions/condition_tree.hpp"
#include "services/table/expressions/parser.hpp"

namespace faasd::table {

class ConditionParser : private Parser {
  public:
    ConditionParser(ExpressionKind kind, std::string_view text, NameUsage& usage)
        : Parser(kind, text, usage) {}

    [[nodiscard]] base::Result<ConditionTree> parse();

  private:
    using Kind = ConditionNode::Kind;

    struct Parsed {
        bool good = false;
        // A path, value or function of which it is not decided yet whether it is an operand or a condition.
        bool operand = false;
        bool parenthesized = false;
        std::uint32_t node = 0;
    };

    Parsed any_of();
    Parsed all_of();
    Parsed negation();
    Parsed primary();
    Parsed parenthesized();
    Parsed comparison(Parsed first);
    Parsed between(std::uint32_t first);
    Parsed in(std::uint32_t first);
    Parsed argument();  // an operand, which may stand in parentheses
    Parsed operand();
    Parsed function();

    // An operand that stands where a condition must: fine if it is a function that answers yes or no.
    bool require_condition(const Parsed& parsed);

    void check_function(std::string_view name, Kind kind, const std::vector<std::uint32_t>& arguments);
    void check_operand_types(std::string_view name, Kind kind, const std::vector<std::uint32_t>& arguments);
    void check_not_misused(const std::vector<std::uint32_t>& operands);
    void check_distinct(std::string_view name, std::uint32_t a, std::uint32_t b);
    void check_ordered(std::string_view name, std::uint32_t operand);
    void check_bounds(std::uint32_t lower, std::uint32_t upper);
    void note_type(std::string_view name, std::string_view type);

    [[nodiscard]] const ConditionNode& node(std::uint32_t index) const { return tree_.nodes[index]; }
    // The type that an operand has whatever the item is; empty for a path.
    [[nodiscard]] std::string_view static_type(std::uint32_t operand) const;
    std::uint32_t add(Kind kind, std::vector<std::uint32_t> children);
    std::uint32_t add(ConditionNode node);
    static Parsed condition(std::uint32_t node) { return {true, false, false, node}; }

    ConditionTree tree_;
    std::vector<std::string> function_names_;  // by node; empty for what is no function
};

}  // namespace faasd::table
