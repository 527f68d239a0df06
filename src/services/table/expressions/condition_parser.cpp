#include "services/table/expressions/condition_parser.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "services/table/expressions/functions.hpp"
#include "items/attribute_value.hpp"

namespace faasd::table {

using namespace items;
namespace {

using Kind = ConditionNode::Kind;

std::optional<Kind> comparator(TokenKind token) {
    switch (token) {
        case TokenKind::equal:
            return Kind::equal;
        case TokenKind::not_equal:
            return Kind::not_equal;
        case TokenKind::less:
            return Kind::less;
        case TokenKind::less_or_equal:
            return Kind::less_or_equal;
        case TokenKind::greater:
            return Kind::greater;
        case TokenKind::greater_or_equal:
            return Kind::greater_or_equal;
        default:
            return std::nullopt;
    }
}

std::optional<Kind> function_kind(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Kind>, 6> kFunctions{{
        {"attribute_exists", Kind::attribute_exists},
        {"attribute_not_exists", Kind::attribute_not_exists},
        {"attribute_type", Kind::attribute_type},
        {"begins_with", Kind::begins_with},
        {"contains", Kind::contains},
        {"size", Kind::size},
    }};
    for (const auto& [known, kind] : kFunctions) {
        if (known == name) return kind;
    }
    return std::nullopt;
}

}  // namespace

base::Result<ConditionTree> ConditionParser::parse() {
    if (auto good = check_text(); !good) return good.error();
    const Parsed root = any_of();
    if (root.good && require_condition(root)) expect(TokenKind::end);
    if (auto good = verdict(); !good) return good.error();
    tree_.root = root.node;
    return std::move(tree_);
}

ConditionParser::Parsed ConditionParser::any_of() {
    const Level level(*this);
    if (!level.good) return {};
    Parsed first = all_of();
    if (!first.good || kind() != TokenKind::keyword_or) return first;
    std::vector<std::uint32_t> children;
    while (first.good && require_condition(first)) {
        children.push_back(first.node);
        if (!accept(TokenKind::keyword_or)) return condition(add(Kind::any_of, std::move(children)));
        first = all_of();
    }
    return {};
}

ConditionParser::Parsed ConditionParser::all_of() {
    Parsed first = negation();
    if (!first.good || kind() != TokenKind::keyword_and) return first;
    std::vector<std::uint32_t> children;
    while (first.good && require_condition(first)) {
        children.push_back(first.node);
        if (!accept(TokenKind::keyword_and)) return condition(add(Kind::all_of, std::move(children)));
        first = negation();
    }
    return {};
}

ConditionParser::Parsed ConditionParser::negation() {
    if (kind() != TokenKind::keyword_not) return primary();
    const Level level(*this);
    if (!level.good) return {};
    take();
    const Parsed inner = negation();
    if (!inner.good || !require_condition(inner)) return {};
    return condition(add(Kind::negation, {inner.node}));
}

ConditionParser::Parsed ConditionParser::primary() {
    const Parsed first = kind() == TokenKind::left_parenthesis ? parenthesized() : operand();
    return first.good && first.operand ? comparison(first) : first;
}

ConditionParser::Parsed ConditionParser::parenthesized() {
    take();
    Parsed inner = any_of();
    if (!inner.good || !expect(TokenKind::right_parenthesis)) return {};
    if (inner.parenthesized) {
        note(Mistake::redundant_parentheses, "The expression has redundant parentheses;");
    }
    inner.parenthesized = true;
    if (inner.operand && node(inner.node).kind == Kind::path &&
        (kind() == TokenKind::dot || kind() == TokenKind::left_bracket)) {
        if (!path_tail(tree_.nodes[inner.node].path)) return {};
        inner.parenthesized = false;
    }
    return inner;
}

ConditionParser::Parsed ConditionParser::comparison(Parsed first) {
    if (accept(TokenKind::keyword_between)) return between(first.node);
    if (accept(TokenKind::keyword_in)) return in(first.node);
    const auto kind_of_comparison = comparator(kind());
    if (!kind_of_comparison) return first;
    const Token token = take();
    count_operator();
    const Parsed second = argument();
    if (!second.good) return {};
    check_not_misused({first.node, second.node});
    check_distinct(token.text, first.node, second.node);
    if (*kind_of_comparison != Kind::equal && *kind_of_comparison != Kind::not_equal) {
        check_ordered(token.text, first.node);
        check_ordered(token.text, second.node);
    }
    close_condition();
    return condition(add(*kind_of_comparison, {first.node, second.node}));
}

ConditionParser::Parsed ConditionParser::between(std::uint32_t first) {
    count_operator();
    const Parsed lower = argument();
    if (!lower.good || !expect(TokenKind::keyword_and)) return {};
    const Parsed upper = argument();
    if (!upper.good) return {};
    check_not_misused({first, lower.node, upper.node});
    check_ordered("BETWEEN", first);
    check_ordered("BETWEEN", lower.node);
    check_ordered("BETWEEN", upper.node);
    check_bounds(lower.node, upper.node);
    close_condition();
    return condition(add(Kind::between, {first, lower.node, upper.node}));
}

ConditionParser::Parsed ConditionParser::in(std::uint32_t first) {
    count_operator();
    if (!expect(TokenKind::left_parenthesis)) return {};
    std::vector<std::uint32_t> operands{first};
    do {
        const Parsed choice = argument();
        if (!choice.good) return {};
        operands.push_back(choice.node);
    } while (accept(TokenKind::comma));
    if (!expect(TokenKind::right_parenthesis)) return {};
    check_not_misused(operands);
    if (operands.size() - 1 > kMaxInOperands && !is_unlimited()) {
        note(Mistake::operand_count,
             "The IN operator is provided with too many operands; number of operands: " +
                 std::to_string(operands.size() - 1));
    }
    close_condition();
    return condition(add(Kind::in, std::move(operands)));
}

ConditionParser::Parsed ConditionParser::argument() {
    if (kind() != TokenKind::left_parenthesis) return operand();
    const Level level(*this);
    if (!level.good) return {};
    take();
    Parsed inner = argument();
    if (!inner.good || !expect(TokenKind::right_parenthesis)) return {};
    if (inner.parenthesized) {
        note(Mistake::redundant_parentheses, "The expression has redundant parentheses;");
    }
    inner.parenthesized = true;
    if (node(inner.node).kind == Kind::path &&
        (kind() == TokenKind::dot || kind() == TokenKind::left_bracket)) {
        if (!path_tail(tree_.nodes[inner.node].path)) return {};
        inner.parenthesized = false;
    }
    return inner;
}

ConditionParser::Parsed ConditionParser::operand() {
    if (kind() == TokenKind::identifier && next_kind() == TokenKind::left_parenthesis) return function();
    ConditionNode node;
    if (kind() == TokenKind::value_placeholder) {
        node.kind = Kind::value;
        if (const auto* provided = value()) node.value = *provided;
    } else {
        node.kind = Kind::path;
        if (!path(node.path)) return {};
    }
    return {true, true, false, add(std::move(node))};
}

ConditionParser::Parsed ConditionParser::function() {
    const Level level(*this);
    if (!level.good) return {};
    const Token name = take();
    count_operator();
    take();
    std::vector<std::uint32_t> arguments;
    do {
        const Parsed next = argument();
        if (!next.good) return {};
        arguments.push_back(next.node);
    } while (accept(TokenKind::comma));
    if (!expect(TokenKind::right_parenthesis)) return {};
    check_not_misused(arguments);
    const auto known = function_kind(name.text);
    if (known) {
        check_function(name.text, *known, arguments);
    } else if (is_function(name.text)) {
        note(Mistake::misused_function, foreign_function("a condition", name.text));
    } else {
        note(Mistake::unknown_function, "Invalid function name; function: " + std::string(name.text));
    }
    const std::uint32_t added = add(known.value_or(Kind::refused_function), std::move(arguments));
    function_names_[added] = std::string(name.text);
    return {true, true, false, added};
}

bool ConditionParser::require_condition(const Parsed& parsed) {
    if (!parsed.operand) return true;
    const std::string& name = function_names_[parsed.node];
    if (name.empty()) return syntax_error();
    if (node(parsed.node).kind == Kind::size) note(Mistake::misused_function, misused_function(name));
    close_condition();
    return true;
}

std::uint32_t ConditionParser::add(Kind kind, std::vector<std::uint32_t> children) {
    ConditionNode added;
    added.kind = kind;
    added.children = std::move(children);
    return add(std::move(added));
}

std::uint32_t ConditionParser::add(ConditionNode added) {
    tree_.nodes.push_back(std::move(added));
    function_names_.emplace_back();
    return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
}

}  // namespace faasd::table
