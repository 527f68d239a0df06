// The grammar of UpdateExpression. Inside of expressions/.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "services/table/expressions/parser.hpp"
#include "services/table/expressions/update_actions.hpp"

namespace faasd::table {

class UpdateParser : private Parser {
  public:
    UpdateParser(std::string_view text, NameUsage& usage) : Parser(ExpressionKind::update, text, usage) {}

    [[nodiscard]] base::Result<UpdateActions> parse();

  private:
    bool section();
    bool set_action();
    bool remove_action();
    bool change_action(std::string_view section, std::vector<UpdateActions::Change>& changes);

    // `parenthesized`: all of it stands in one pair of parentheses.
    bool set_value(UpdateOperand& out, bool& parenthesized);
    bool operand(UpdateOperand& out, bool& parenthesized);
    bool group(UpdateOperand& out);
    bool function(UpdateOperand& out);

    void check_function(const UpdateOperand& function);
    void check_operand_types(const UpdateOperand& operation, std::string_view name, std::string_view type);
    void check_nested(const UpdateOperand& operand);
    void check_change(std::string_view section, const model::AttributeValue& value);

    UpdateActions actions_;
};

// The type that an operand has whatever the item is; empty if that is open.
[[nodiscard]] std::string_view static_type(const UpdateOperand& operand);

}  // namespace faasd::table
