#include "services/table/expressions/update_parser.hpp"

#include <set>
#include <string>
#include <utility>
#include <variant>

#include "services/table/expressions/functions.hpp"
#include "items/attribute_value.hpp"

namespace faasd::table {

using namespace items;
namespace {

using Kind = UpdateOperand::Kind;

std::string section_name(TokenKind token) {
    switch (token) {
        case TokenKind::keyword_set:
            return "SET";
        case TokenKind::keyword_remove:
            return "REMOVE";
        case TokenKind::keyword_add:
            return "ADD";
        default:
            return "DELETE";
    }
}

bool is_arithmetic(const UpdateOperand& operand) {
    return operand.kind == Kind::plus || operand.kind == Kind::minus;
}

}  // namespace

std::string_view static_type(const UpdateOperand& operand) {
    switch (operand.kind) {
        case Kind::value:
            return type_name(operand.value);
        case Kind::list_append:
            return "L";
        case Kind::plus:
        case Kind::minus:
            return "N";
        default:
            return {};
    }
}

base::Result<UpdateActions> UpdateParser::parse() {
    if (auto good = check_text(); !good) return good.error();
    std::set<TokenKind> seen;
    while (!failed() && kind() != TokenKind::end) {
        if (!seen.insert(kind()).second) {
            note(Mistake::repeated_section, "The \"" + section_name(kind()) +
                                                "\" section can only be used once in an update expression;");
        }
        section();
    }
    if (auto good = verdict(Mistake::section_operand); !good) return good.error();
    if (auto good = check_paths(actions_.updated); !good) return good.error();
    if (auto good = verdict(); !good) return good.error();
    return std::move(actions_);
}

bool UpdateParser::section() {
    const auto list = [this](const auto& action) {
        take();
        do {
            if (!action()) return false;
        } while (accept(TokenKind::comma));
        return true;
    };
    switch (kind()) {
        case TokenKind::keyword_set:
            return list([this] { return set_action(); });
        case TokenKind::keyword_remove:
            return list([this] { return remove_action(); });
        case TokenKind::keyword_add:
            return list([this] { return change_action("ADD", actions_.adds); });
        case TokenKind::keyword_delete:
            return list([this] { return change_action("DELETE", actions_.deletes); });
        default:
            return syntax_error();
    }
}

bool UpdateParser::set_action() {
    UpdateActions::Set action;
    bool parenthesized = false;
    if (!path(action.path) || !expect(TokenKind::equal) || !set_value(action.value, parenthesized))
        return false;
    actions_.updated.push_back(action.path);
    actions_.sets.push_back(std::move(action));
    return true;
}

bool UpdateParser::remove_action() {
    Path removed;
    if (!path(removed)) return false;
    actions_.updated.push_back(removed);
    actions_.removes.push_back(std::move(removed));
    return true;
}

bool UpdateParser::change_action(std::string_view section_word, std::vector<UpdateActions::Change>& changes) {
    UpdateActions::Change change;
    if (!path(change.path)) return false;
    if (kind() != TokenKind::value_placeholder) return syntax_error();
    if (const auto* provided = value()) {
        change.value = *provided;
        check_change(section_word, change.value);
    }
    actions_.updated.push_back(change.path);
    changes.push_back(std::move(change));
    return true;
}

bool UpdateParser::set_value(UpdateOperand& out, bool& parenthesized) {
    if (!operand(out, parenthesized)) return false;
    if (is_arithmetic(out) || (kind() != TokenKind::plus && kind() != TokenKind::minus)) return true;
    const Token token = take();
    count_operator();
    UpdateOperand operation;
    operation.kind = token.kind == TokenKind::plus ? Kind::plus : Kind::minus;
    operation.operands.push_back(std::move(out));
    if (!operand(operation.operands.emplace_back(), parenthesized)) return false;
    if (is_arithmetic(operation.operands.back())) return syntax_error();
    parenthesized = false;
    for (const UpdateOperand& part : operation.operands)
        check_nested(part);
    check_operand_types(operation, token.text, "N");
    out = std::move(operation);
    return true;
}

bool UpdateParser::operand(UpdateOperand& out, bool& parenthesized) {
    parenthesized = kind() == TokenKind::left_parenthesis;
    if (parenthesized) return group(out);
    if (kind() == TokenKind::value_placeholder) {
        out.kind = Kind::value;
        if (const auto* provided = value()) out.value = *provided;
        return true;
    }
    if (kind() == TokenKind::identifier && next_kind() == TokenKind::left_parenthesis) return function(out);
    out.kind = Kind::path;
    return path(out.path);
}

bool UpdateParser::group(UpdateOperand& out) {
    const Level level(*this);
    if (!level.good) return false;
    take();
    bool parenthesized = false;
    if (!set_value(out, parenthesized)) return false;
    if (parenthesized) note(Mistake::redundant_parentheses, "The expression has redundant parentheses;");
    return expect(TokenKind::right_parenthesis);
}

bool UpdateParser::function(UpdateOperand& out) {
    const Level level(*this);
    if (!level.good) return false;
    const Token name = take();
    take();
    count_operator();
    out.function = std::string(name.text);
    out.kind = name.text == "if_not_exists" ? Kind::if_not_exists
               : name.text == "list_append" ? Kind::list_append
                                            : Kind::refused_function;
    do {
        bool parenthesized = false;
        if (!operand(out.operands.emplace_back(), parenthesized)) return false;
        if (is_arithmetic(out.operands.back())) return syntax_error();
        check_nested(out.operands.back());
    } while (accept(TokenKind::comma));
    if (!expect(TokenKind::right_parenthesis)) return false;
    check_function(out);
    return true;
}

void UpdateParser::check_nested(const UpdateOperand& operand) {
    if (operand.kind == Kind::list_append)
        note(Mistake::misused_function, misused_function(operand.function));
}

void UpdateParser::check_function(const UpdateOperand& function) {
    if (function.kind == Kind::refused_function) {
        if (is_function(function.function)) {
            note(Mistake::misused_function, foreign_function("an update", function.function));
        } else {
            note(Mistake::unknown_function, "Invalid function name; function: " + function.function);
        }
        return;
    }
    // Counts and types share a rank here: the first mistake of the expression is the one reported.
    if (function.operands.size() != 2) {
        note(Mistake::operand_type,
             "Incorrect number of operands for operator or function; operator or function: " +
                 function.function + ", number of operands: " + std::to_string(function.operands.size()));
        return;
    }
    if (function.kind == Kind::if_not_exists) {
        if (function.operands[0].kind != Kind::path) {
            note(Mistake::operand_type,
                 "Operator or function requires a document path; operator or function: " + function.function);
        }
        return;
    }
    check_operand_types(function, function.function, "L");
}

void UpdateParser::check_operand_types(const UpdateOperand& operation, std::string_view name,
                                       std::string_view type) {
    for (const UpdateOperand& operand : operation.operands) {
        if (operand.kind != Kind::value || static_type(operand) == type) continue;
        note(Mistake::operand_type,
             "Incorrect operand type for operator or function; operator or function: " + std::string(name) +
                 ", operand type: " + std::string(static_type(operand)));
    }
}

void UpdateParser::check_change(std::string_view section_word, const model::AttributeValue& value) {
    const bool is_set = std::holds_alternative<model::StringSet>(value.value) ||
                        std::holds_alternative<model::NumberSet>(value.value) ||
                        std::holds_alternative<model::BinarySet>(value.value);
    if (is_set || (section_word == "ADD" && std::holds_alternative<model::Number>(value.value))) return;
    note(Mistake::section_operand,
         "Incorrect operand type for operator or function; operator: " + std::string(section_word) +
             ", operand type: " + std::string(long_type_name(value)) + ", typeSet: ALLOWED_FOR_" +
             std::string(section_word) + "_OPERAND");
}

}  // namespace faasd::table
