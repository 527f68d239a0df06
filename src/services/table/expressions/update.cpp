#include "services/table/expressions/update.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "services/table/expressions/key_paths.hpp"
#include "services/table/expressions/update_actions.hpp"
#include "services/table/expressions/update_parser.hpp"
#include "items/attribute_value.hpp"
#include "items/key.hpp"

namespace faasd::table {

using namespace items;
namespace {

const std::string& head(const Path& path) {
    return std::get<std::string>(path.front());
}

void collect_paths(const UpdateOperand& operand, std::vector<const Path*>& out) {
    if (operand.kind == UpdateOperand::Kind::path) out.push_back(&operand.path);
    for (const UpdateOperand& inner : operand.operands)
        collect_paths(inner, out);
}

std::vector<const Path*> all_paths(const UpdateActions& actions) {
    std::vector<const Path*> out;
    for (const Path& path : actions.updated)
        out.push_back(&path);
    for (const auto& set : actions.sets)
        collect_paths(set.value, out);
    return out;
}

base::Result<> check_not_updated(const UpdateActions& actions, const model::KeyAttribute& key) {
    for (const Path& path : actions.updated) {
        if (head(path) == key.name) {
            return validation_error("One or more parameter values were invalid: Cannot update attribute " +
                                    key.name + ". This attribute is part of the key");
        }
    }
    return {};
}

base::Result<> check_index_type(const UpdateActions& actions, const model::KeyAttribute& key,
                                const std::string& index) {
    const auto check = [&](const Path& path, std::string_view type) -> base::Result<> {
        if (path.size() != 1 || head(path) != key.name || type.empty() || type == type_name(key.type))
            return {};
        return validation_error("One or more parameter values were invalid: Type mismatch for Index Key " +
                                key.name + " Expected: " + std::string(type_name(key.type)) +
                                " Actual: " + std::string(type) + " IndexName: " + index);
    };
    for (const auto& set : actions.sets) {
        if (auto good = check(set.path, static_type(set.value)); !good) return good;
    }
    for (const auto& add : actions.adds) {
        if (auto good = check(add.path, type_name(add.value)); !good) return good;
    }
    for (const auto& removal : actions.deletes) {
        if (auto good = check(removal.path, type_name(removal.value)); !good) return good;
    }
    return {};
}

template <class Each>
base::Result<> for_each_key(const model::KeySchema& schema, const Each& each) {
    if (base::Result<> good = each(schema.hash); !good) return good;
    return schema.range ? each(*schema.range) : base::Result<>{};
}

}  // namespace

base::Result<UpdatePlan> parse_update(std::string_view text, NameUsage& usage) {
    auto actions = UpdateParser(text, usage).parse();
    if (!actions) return actions.error();
    return UpdatePlan(std::make_shared<const UpdateActions>(std::move(*actions)));
}

const Paths& updated_paths(const UpdatePlan& plan) {
    static const Paths none;
    return plan.actions() ? plan.actions()->updated : none;
}

base::Result<> check_update(const UpdatePlan& plan, const model::TableDefinition& table) {
    if (!plan.actions()) return {};
    const UpdateActions& actions = *plan.actions();
    auto good = for_each_key(table.key, [&](const auto& key) { return check_not_updated(actions, key); });
    for (const model::IndexDefinition& index : table.indexes) {
        if (!good) return good;
        good = for_each_key(index.key,
                            [&](const auto& key) { return check_index_type(actions, key, index.name); });
    }
    return good ? check_key_paths(all_paths(actions), table) : good;
}

base::Result<> check_updated_item(const model::TableDefinition& table, const model::Item& item) {
    for (const model::IndexDefinition& index : table.indexes) {
        const auto good = for_each_key(index.key, [&](const model::KeyAttribute& key) -> base::Result<> {
            const auto found = item.find(key.name);
            if (found == item.end() || has_type(found->second, key.type)) return {};
            return validation_error(
                "The update expression attempted to update the secondary index key to unsupported type");
        });
        if (!good) return good;
        if (auto fits = check_index_key(index, item); !fits) return fits;
    }
    return {};
}

}  // namespace faasd::table
