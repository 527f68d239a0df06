#include "services/table/expressions/expression.hpp"

namespace faasd::table {

std::string_view name_of(ExpressionKind kind) {
    switch (kind) {
        case ExpressionKind::condition:
            return "ConditionExpression";
        case ExpressionKind::filter:
            return "FilterExpression";
        case ExpressionKind::key_condition:
            return "KeyConditionExpression";
        case ExpressionKind::update:
            return "UpdateExpression";
        case ExpressionKind::projection:
            return "ProjectionExpression";
    }
    return "Expression";
}

}  // namespace faasd::table
