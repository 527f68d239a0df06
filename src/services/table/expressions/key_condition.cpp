#include "services/table/expressions/key_condition.hpp"

#include <map>
#include <utility>
#include <variant>

#include "services/table/expressions/condition_parser.hpp"
#include "items/attribute_value.hpp"
#include "items/key.hpp"

namespace faasd::table {

using namespace items;
namespace {

using Kind = ConditionNode::Kind;
using Operator = RangeCondition::Operator;

constexpr std::string_view kInCondition = "Invalid condition in KeyConditionExpression: ";

base::Error invalid_operator(std::string_view name) {
    return validation_error("Invalid operator used in KeyConditionExpression: " + std::string(name));
}

// From the tree of any condition to at most one condition a key attribute, or DynamoDB's words for why not.
class Reader {
  public:
    explicit Reader(const ConditionTree& tree) : tree_(tree) {}

    base::Result<> read(std::uint32_t index) {
        const ConditionNode& node = tree_.nodes[index];
        if (node.kind == Kind::all_of) {
            for (const std::uint32_t child : node.children) {
                if (auto good = read(child); !good) return good;
            }
            return {};
        }
        if (auto good = check_operator(node); !good) return good;
        std::size_t key_position = 0;
        if (auto good = find_key(node, key_position); !good) return good;
        return add(node, key_position);
    }

    std::map<std::string, RangeCondition> conditions;

  private:
    base::Result<> check_operator(const ConditionNode& node) const {
        switch (node.kind) {
            case Kind::any_of:
                return invalid_operator("OR");
            case Kind::negation:
                return invalid_operator("NOT");
            case Kind::in:
                return invalid_operator("IN");
            case Kind::not_equal:
                return invalid_operator("<>");
            case Kind::attribute_exists:
                return invalid_operator("attribute_exists");
            case Kind::attribute_not_exists:
                return invalid_operator("attribute_not_exists");
            case Kind::attribute_type:
                return invalid_operator("attribute_type");
            case Kind::contains:
                return invalid_operator("contains");
            case Kind::between:
                return check_first_is_path(node, "BETWEEN");
            case Kind::begins_with:
                return check_first_is_path(node, "begins_with");
            default:
                return {};
        }
    }

    base::Result<> check_first_is_path(const ConditionNode& node, std::string_view name) const {
        if (tree_.nodes[node.children[0]].kind == Kind::path) return {};
        return validation_error(std::string(kInCondition) + std::string(name) +
                                " operator must have the key attribute as its first operand");
    }

    base::Result<> find_key(const ConditionNode& node, std::size_t& position) const {
        bool found = false;
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const ConditionNode& operand = tree_.nodes[node.children[i]];
            if (operand.kind == Kind::size) {
                return validation_error("KeyConditionExpressions cannot contain nested operations");
            }
            if (operand.kind != Kind::path) continue;
            if (found) {
                return validation_error(std::string(kInCondition) +
                                        "Multiple attribute names used in one condition");
            }
            if (operand.path.size() > 1) {
                return validation_error(
                    "KeyConditionExpressions cannot have conditions on nested attributes");
            }
            found = true;
            position = i;
        }
        if (found) return {};
        return validation_error(std::string(kInCondition) + "No key attribute specified");
    }

    base::Result<> add(const ConditionNode& node, std::size_t key_position) {
        const auto& name = std::get<std::string>(tree_.nodes[node.children[key_position]].path.front());
        RangeCondition condition;
        condition.op = operator_of(node.kind, key_position != 0);
        condition.value = tree_.nodes[node.children[key_position == 0 ? 1 : 0]].value;
        if (node.kind == Kind::between) condition.upper = tree_.nodes[node.children[2]].value;
        if (!conditions.emplace(name, std::move(condition)).second) {
            return validation_error("KeyConditionExpressions must only contain one condition per key");
        }
        return {};
    }

    // `mirrored`: the value stands on the left, as in :v < key.
    static Operator operator_of(Kind kind, bool mirrored) {
        switch (kind) {
            case Kind::less:
                return mirrored ? Operator::greater : Operator::less;
            case Kind::less_or_equal:
                return mirrored ? Operator::greater_or_equal : Operator::less_or_equal;
            case Kind::greater:
                return mirrored ? Operator::less : Operator::greater;
            case Kind::greater_or_equal:
                return mirrored ? Operator::less_or_equal : Operator::greater_or_equal;
            case Kind::between:
                return Operator::between;
            case Kind::begins_with:
                return Operator::begins_with;
            default:
                return Operator::equal;
        }
    }

    const ConditionTree& tree_;
};

base::Result<> check_values(const model::KeyAttribute& key, const RangeCondition& condition) {
    for (const model::AttributeValue* value : {&condition.value, &condition.upper}) {
        if (value == &condition.upper && condition.op != Operator::between) continue;
        if (!has_type(*value, key.type)) {
            return validation_error(
                "One or more parameter values were invalid: Condition parameter type does not "
                "match schema type");
        }
        const auto* text = std::get_if<std::string>(&value->value);
        const auto* binary = std::get_if<model::Binary>(&value->value);
        if ((text && text->empty()) || (binary && binary->bytes.empty())) {
            return validation_error(
                "One or more parameter values are not valid. The AttributeValue for a key "
                "attribute cannot contain an empty " +
                std::string(text ? "string" : "binary") + " value. Key: " + key.name);
        }
    }
    return {};
}

base::Error missed(const std::string& name) {
    return validation_error("Query condition missed key schema element: " + name);
}

base::Error not_supported() {
    return validation_error("Query key condition not supported");
}

}  // namespace

base::Result<KeyCondition> parse_key_condition(std::string_view text, NameUsage& usage,
                                               const model::KeySchema& schema) {
    auto tree = ConditionParser(ExpressionKind::key_condition, text, usage).parse();
    if (!tree) return tree.error();
    Reader reader(*tree);
    if (auto good = reader.read(tree->root); !good) return good.error();
    auto& conditions = reader.conditions;
    if (conditions.size() > 2) return validation_error("Conditions can be of length 1 or 2 only");
    if (!schema.range && conditions.size() > 1) return not_supported();
    const auto hash = conditions.find(schema.hash.name);
    if (hash == conditions.end()) return missed(schema.hash.name);
    if (auto good = check_values(schema.hash, hash->second); !good) return good.error();
    if (hash->second.op != Operator::equal) return not_supported();
    KeyCondition result;
    result.hash = std::move(hash->second.value);
    if (conditions.size() == 1) return result;
    const auto range = conditions.find(schema.range->name);
    if (range == conditions.end()) return missed(schema.range->name);
    if (auto good = check_values(*schema.range, range->second); !good) return good.error();
    result.range = std::move(range->second);
    return result;
}

KeyBounds bounds_of(const std::optional<RangeCondition>& range) {
    KeyBounds bounds;
    if (!range) return bounds;
    std::string value = encode_key(range->value);
    switch (range->op) {
        case Operator::equal:
            bounds.lower = value;
            bounds.upper = std::move(value);
            break;
        case Operator::less:
        case Operator::less_or_equal:
            bounds.upper = std::move(value);
            bounds.upper_inclusive = range->op == Operator::less_or_equal;
            break;
        case Operator::greater:
        case Operator::greater_or_equal:
            bounds.lower = std::move(value);
            bounds.lower_inclusive = range->op == Operator::greater_or_equal;
            break;
        case Operator::between:
            bounds.lower = std::move(value);
            bounds.upper = encode_key(range->upper);
            break;
        case Operator::begins_with: {
            std::string end = after_prefix(value);
            bounds.lower = std::move(value);
            if (!end.empty()) {
                bounds.upper = std::move(end);
                bounds.upper_inclusive = false;
            }
            break;
        }
    }
    return bounds;
}

}  // namespace faasd::table
