// An update's effect on one item. Everything is computed from the item as it was; only then is anything
// written.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "services/table/expressions/update.hpp"
#include "services/table/expressions/update_actions.hpp"
#include "items/attribute_value.hpp"
#include "items/number.hpp"
#include "items/validation.hpp"

namespace faasd::table {

using namespace items;
namespace {

using Value = model::AttributeValue;

base::Error bad_type() {
    return {model::TableErrc::validation, "An operand in the update expression has an incorrect data type",
            std::make_shared<model::ValidationDetail>(model::TableMistake::operand_type)};
}
base::Error bad_path() {
    return validation_error("The document path provided in the update expression is invalid for update");
}
base::Error too_large() {
    return validation_error("Item size to update has exceeded the maximum allowed size");
}

base::Result<Value> arithmetic(const Value& a, const Value& b, bool add_them) {
    const auto* left = std::get_if<model::Number>(&a.value);
    const auto* right = std::get_if<model::Number>(&b.value);
    if (!left || !right) return bad_type();
    const auto x = Decimal::parse(left->text);
    if (!x) return x.error();
    const auto y = Decimal::parse(right->text);
    if (!y) return y.error();
    const auto result = add_them ? add(*x, *y) : subtract(*x, *y);
    if (!result) return result.error();
    return Value{model::Number{result->to_text()}};
}

base::Result<Value> evaluate(const UpdateOperand& operand, const model::Item& before) {
    using Kind = UpdateOperand::Kind;
    if (operand.kind == Kind::value) return operand.value;
    if (operand.kind == Kind::path) {
        if (const Value* found = find(before, operand.path)) return *found;
        return validation_error(
            "The provided expression refers to an attribute that does not exist in the item");
    }
    if (operand.kind == Kind::if_not_exists) {
        if (const Value* found = find(before, operand.operands[0].path)) return *found;
        return evaluate(operand.operands[1], before);
    }
    auto first = evaluate(operand.operands[0], before);
    if (!first) return first;
    auto second = evaluate(operand.operands[1], before);
    if (!second) return second;
    if (operand.kind != Kind::list_append) return arithmetic(*first, *second, operand.kind == Kind::plus);
    auto* list = std::get_if<model::List>(&first->value);
    auto* more = std::get_if<model::List>(&second->value);
    if (!list || !more) return bad_type();
    list->insert(list->end(), std::make_move_iterator(more->begin()), std::make_move_iterator(more->end()));
    return first;
}

// Applies `change` to two sets of one type; false if they are not.
template <class Set, class Change>
bool change_set(Value& target, const Value& operand, const Change& change) {
    auto* set = std::get_if<Set>(&target.value);
    const auto* other = std::get_if<Set>(&operand.value);
    if (!set || !other) return false;
    for (const std::string& element : other->values)
        change(set->values, element);
    return true;
}

template <class Change>
bool change_sets(Value& target, const Value& operand, const Change& change) {
    return change_set<model::StringSet>(target, operand, change) ||
           change_set<model::NumberSet>(target, operand, change) ||
           change_set<model::BinarySet>(target, operand, change);
}

bool is_empty_set(const Value& value) {
    const auto empty = [&](auto* set) { return set && set->values.empty(); };
    return empty(std::get_if<model::StringSet>(&value.value)) ||
           empty(std::get_if<model::NumberSet>(&value.value)) ||
           empty(std::get_if<model::BinarySet>(&value.value));
}

int nesting(const Value& value) {
    int deepest = 0;
    if (const auto* list = std::get_if<model::List>(&value.value)) {
        for (const Value& element : *list)
            deepest = std::max(deepest, nesting(element));
        return deepest + 1;
    }
    if (const auto* map = std::get_if<model::Item>(&value.value)) {
        for (const auto& [name, element] : *map)
            deepest = std::max(deepest, nesting(element));
        return deepest + 1;
    }
    return 0;
}

// The list or map that holds what the path ends at, in an item that may be written to.
Value* parent_of(model::Item& item, const Path& path) {
    const Path parent(path.begin(), path.end() - 1);
    return const_cast<Value*>(find(item, parent));
}

// Whether the last step of the path can be taken from its parent: a name from a map, an index from a list.
bool parent_fits(const model::Item& item, const Path& path) {
    if (path.size() == 1) return true;
    const Value* parent = find(item, Path(path.begin(), path.end() - 1));
    if (!parent) return false;
    return std::holds_alternative<std::string>(path.back())
               ? std::holds_alternative<model::Item>(parent->value)
               : std::holds_alternative<model::List>(parent->value);
}

void write(model::Item& item, const Path& path, Value value) {
    model::Item* map = &item;
    if (path.size() > 1) {
        Value* parent = parent_of(item, path);
        map = std::get_if<model::Item>(&parent->value);
        if (!map) {
            auto& list = std::get<model::List>(parent->value);
            const std::size_t index = std::get<std::uint32_t>(path.back());
            if (index < list.size()) {
                list[index] = std::move(value);
            } else {
                list.push_back(std::move(value));
            }
            return;
        }
    }
    map->insert_or_assign(std::get<std::string>(path.back()), std::move(value));
}

void erase(model::Item& item, const Path& path) {
    model::Item* map = &item;
    if (path.size() > 1) {
        Value* parent = parent_of(item, path);
        if (!parent) return;
        map = std::get_if<model::Item>(&parent->value);
        if (auto* list = std::get_if<model::List>(&parent->value)) {
            list->erase(list->begin() + std::get<std::uint32_t>(path.back()));
            return;
        }
    }
    map->erase(std::get<std::string>(path.back()));
}

class Update {
  public:
    Update(const UpdateActions& actions, const model::Item* old, const model::Item& key)
        : actions_(actions), before_(old ? *old : key) {}

    base::Result<> prepare() {
        // All values before all paths: an operand that is not there is reported first.
        std::vector<Value> values;
        for (const auto& set : actions_.sets) {
            auto value = evaluate(set.value, before_);
            if (!value) return value.error();
            if (auto good = count(*value); !good) return good;
            values.push_back(std::move(*value));
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
            const Path& path = actions_.sets[i].path;
            if (auto good = check_place(path, values[i]); !good) return good;
            writes_.emplace_back(path, std::move(values[i]));
        }
        for (const auto& change : actions_.adds) {
            if (auto good = prepare_add(change); !good) return good;
        }
        for (const auto& change : actions_.deletes) {
            if (auto good = prepare_delete(change); !good) return good;
        }
        for (const Path& path : actions_.removes) {
            if (!parent_fits(before_, path)) return bad_path();
            if (find(before_, path)) removals_.push_back(path);
        }
        return {};
    }

    // Removals from the last list element to the first, and after all writes: positions are those before the
    // update.
    [[nodiscard]] model::Item run() {
        model::Item after = before_;
        std::sort(writes_.begin(), writes_.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        for (auto& [path, value] : writes_)
            write(after, path, std::move(value));
        std::sort(removals_.begin(), removals_.end(), [](const Path& a, const Path& b) { return b < a; });
        for (const Path& path : removals_)
            erase(after, path);
        return after;
    }

  private:
    base::Result<> check_place(const Path& path, const Value& value) const {
        if (!parent_fits(before_, path)) return bad_path();
        if (static_cast<int>(path.size()) - 1 + nesting(value) > kMaxNesting) {
            return validation_error(
                "Nesting Levels have exceeded supported limits: an attribute has more than " +
                std::to_string(kMaxNesting) + " levels of lists and maps");
        }
        return {};
    }

    // Everything written will be in the item, so an item that is too large is known before it is built.
    base::Result<> count(const Value& value) {
        written_bytes_ += value_size(value);
        if (written_bytes_ > kMaxItemBytes) return too_large();
        return {};
    }

    base::Result<> prepare_write(const Path& path, Value value) {
        if (auto good = check_place(path, value); !good) return good;
        if (auto good = count(value); !good) return good;
        writes_.emplace_back(path, std::move(value));
        return {};
    }

    base::Result<> prepare_add(const UpdateActions::Change& change) {
        const Value* found = find(before_, change.path);
        if (!found) return prepare_write(change.path, change.value);
        if (std::holds_alternative<model::Number>(change.value.value)) {
            auto sum = arithmetic(*found, change.value, true);
            if (!sum) return sum.error();
            return prepare_write(change.path, std::move(*sum));
        }
        Value united = *found;
        const auto insert = [](auto& set, const std::string& element) { set.insert(element); };
        if (!change_sets(united, change.value, insert)) return bad_type();
        return prepare_write(change.path, std::move(united));
    }

    base::Result<> prepare_delete(const UpdateActions::Change& change) {
        const Value* found = find(before_, change.path);
        if (!found) return parent_fits(before_, change.path) ? base::Result<>{} : bad_path();
        Value rest = *found;
        const auto remove = [](auto& set, const std::string& element) { set.erase(element); };
        if (!change_sets(rest, change.value, remove)) return bad_type();
        if (!is_empty_set(rest)) return prepare_write(change.path, std::move(rest));
        removals_.push_back(change.path);
        return {};
    }

    const UpdateActions& actions_;
    const model::Item& before_;
    std::uint64_t written_bytes_ = 0;
    std::vector<std::pair<Path, Value>> writes_;
    std::vector<Path> removals_;
};

}  // namespace

base::Result<model::Item> apply(const UpdatePlan& plan, const model::Item* old, const model::Item& key) {
    if (!plan.actions()) return old ? *old : key;
    Update update(*plan.actions(), old, key);
    if (auto good = update.prepare(); !good) return good.error();
    model::Item after = update.run();
    if (auto good = check_updated_item_size(after); !good) return good.error();
    return after;
}

}  // namespace faasd::table
