#include "services/table/expressions/condition.hpp"

#include <algorithm>
#include <optional>
#include <variant>

#include "services/table/expressions/condition_parser.hpp"
#include "services/table/expressions/condition_tree.hpp"
#include "services/table/expressions/path.hpp"
#include "items/attribute_value.hpp"

namespace faasd::table {

using namespace items;
namespace {

using Kind = ConditionNode::Kind;
using Value = model::AttributeValue;

bool begins_with(const Value& value, const Value& prefix) {
    if (const auto* text = std::get_if<std::string>(&value.value)) {
        const auto* wanted = std::get_if<std::string>(&prefix.value);
        return wanted && text->starts_with(*wanted);
    }
    const auto* binary = std::get_if<model::Binary>(&value.value);
    const auto* wanted = std::get_if<model::Binary>(&prefix.value);
    return binary && wanted && binary->bytes.starts_with(wanted->bytes);
}

bool contains(const Value& whole, const Value& part) {
    if (const auto* list = std::get_if<model::List>(&whole.value)) {
        return std::find(list->begin(), list->end(), part) != list->end();
    }
    if (const auto* text = std::get_if<std::string>(&part.value)) {
        if (const auto* in = std::get_if<std::string>(&whole.value))
            return in->find(*text) != std::string::npos;
        const auto* set = std::get_if<model::StringSet>(&whole.value);
        return set && set->values.contains(*text);
    }
    if (const auto* number = std::get_if<model::Number>(&part.value)) {
        const auto* set = std::get_if<model::NumberSet>(&whole.value);
        return set && set->values.contains(number->text);
    }
    if (const auto* binary = std::get_if<model::Binary>(&part.value)) {
        if (const auto* in = std::get_if<model::Binary>(&whole.value)) {
            return in->bytes.find(binary->bytes) != std::string::npos;
        }
        const auto* set = std::get_if<model::BinarySet>(&whole.value);
        return set && set->values.contains(binary->bytes);
    }
    return false;
}

// A string's length is that of its UTF-8 bytes, as it is everywhere in DynamoDB's size arithmetic.
std::optional<std::size_t> size_of(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.value)) return text->size();
    if (const auto* binary = std::get_if<model::Binary>(&value.value)) return binary->bytes.size();
    if (const auto* set = std::get_if<model::StringSet>(&value.value)) return set->values.size();
    if (const auto* set = std::get_if<model::NumberSet>(&value.value)) return set->values.size();
    if (const auto* set = std::get_if<model::BinarySet>(&value.value)) return set->values.size();
    if (const auto* list = std::get_if<model::List>(&value.value)) return list->size();
    if (const auto* map = std::get_if<model::Item>(&value.value)) return map->size();
    return std::nullopt;
}

class Evaluator {
  public:
    Evaluator(const ConditionTree& tree, const model::Item& item) : tree_(tree), item_(item) {}

    [[nodiscard]] bool holds(std::uint32_t index) const {
        const ConditionNode& node = tree_.nodes[index];
        switch (node.kind) {
            case Kind::all_of:
                return std::ranges::all_of(node.children, [this](auto child) { return holds(child); });
            case Kind::any_of:
                return std::ranges::any_of(node.children, [this](auto child) { return holds(child); });
            case Kind::negation:
                return !holds(node.children[0]);
            default:
                return leaf_holds(node);
        }
    }

  private:
    // What an operand is for this item; `value` is nullptr for what is not there.
    struct Operand {
        const Value* value = nullptr;
        std::optional<Value> made;  // by size()
    };

    [[nodiscard]] Operand operand(std::uint32_t index) const {
        const ConditionNode& node = tree_.nodes[index];
        Operand out;
        if (node.kind == Kind::path) {
            out.value = find(item_, node.path);
        } else if (node.kind == Kind::value) {
            out.value = &node.value;
        } else if (node.kind == Kind::size) {
            const Operand measured = operand(node.children[0]);
            if (const auto size = measured.value ? size_of(*measured.value) : std::nullopt) {
                out.made = Value{model::Number{std::to_string(*size)}};
            }
        }
        return out;
    }

    [[nodiscard]] bool leaf_holds(const ConditionNode& node) const {
        const Operand first_operand = operand(node.children[0]);
        const Value* first = first_operand.made ? &*first_operand.made : first_operand.value;
        if (node.kind == Kind::attribute_exists) return first != nullptr;
        if (node.kind == Kind::attribute_not_exists) return first == nullptr;
        const auto with = [&](std::size_t child, const auto& test) {
            const Operand other_operand = operand(node.children[child]);
            const Value* other = other_operand.made ? &*other_operand.made : other_operand.value;
            return first && other && test(*first, *other);
        };
        const auto equal = [](const Value& a, const Value& b) { return a == b; };
        const auto ordered = [&](std::size_t child, const auto& test) {
            return with(child, [&](const Value& a, const Value& b) {
                const auto order = compare(a, b);
                return order && test(*order);
            });
        };
        switch (node.kind) {
            case Kind::equal:
                return with(1, equal);
            case Kind::not_equal:
                return !with(1, equal);
            case Kind::less:
                return ordered(1, [](auto order) { return order < 0; });
            case Kind::less_or_equal:
                return ordered(1, [](auto order) { return order <= 0; });
            case Kind::greater:
                return ordered(1, [](auto order) { return order > 0; });
            case Kind::greater_or_equal:
                return ordered(1, [](auto order) { return order >= 0; });
            case Kind::between:
                return ordered(1, [](auto order) { return order >= 0; }) &&
                       ordered(2, [](auto order) { return order <= 0; });
            case Kind::in:
                for (std::size_t i = 1; i < node.children.size(); ++i) {
                    if (with(i, equal)) return true;
                }
                return false;
            case Kind::attribute_type:
                return with(1, [](const Value& a, const Value& type) {
                    return type_name(a) == std::get<std::string>(type.value);
                });
            case Kind::begins_with:
                return with(1, begins_with);
            case Kind::contains:
                return with(1, contains);
            default:
                return false;
        }
    }

    const ConditionTree& tree_;
    const model::Item& item_;
};

}  // namespace

base::Result<Condition> parse_condition(ExpressionKind kind, std::string_view text, NameUsage& usage) {
    auto tree = ConditionParser(kind, text, usage).parse();
    if (!tree) return tree.error();
    return Condition(std::make_shared<const ConditionTree>(std::move(*tree)));
}

bool holds(const Condition& condition, const model::Item& item) {
    if (!condition) return true;
    return Evaluator(*condition.tree(), item).holds(condition.tree()->root);
}

std::set<std::string> attributes_of(const Condition& condition) {
    std::set<std::string> names;
    for (const Path* path : paths_of(condition))
        names.insert(std::get<std::string>(path->front()));
    return names;
}

std::vector<const Path*> paths_of(const Condition& condition) {
    std::vector<const Path*> paths;
    if (!condition) return paths;
    for (const ConditionNode& node : condition.tree()->nodes) {
        if (node.kind == Kind::path) paths.push_back(&node.path);
    }
    return paths;
}

base::Result<> check_filter(const Condition& filter, const model::KeySchema& key) {
    const std::set<std::string> names = attributes_of(filter);
    for (const std::string* name : {&key.hash.name, key.range ? &key.range->name : nullptr}) {
        if (name && names.contains(*name)) {
            return base::Error(model::TableErrc::validation,
                               "Filter Expression can only contain non-primary key attributes: Primary key attribute: " +
                                   *name,
                               std::make_shared<model::ValidationDetail>(model::TableMistake::key_in_filter));
        }
    }
    return {};
}

}  // namespace faasd::table
