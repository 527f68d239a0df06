#include "aws/dynamodb/partiql_plan.hpp"

#include <algorithm>
#include <set>

#include "aws/dynamodb/expressions.hpp"
#include "aws/dynamodb/partiql_token.hpp"

namespace faasd::aws::dynamodb {
namespace {

using Condition = PartiqlCondition;
using Operand = PartiqlOperand;

constexpr std::size_t kMostHashKeys = 50;

class Writer {
  public:
    explicit Writer(model::ExpressionNames& names) : placeholders_(names, Placeholders::Limits::of_expressions) {}

    [[nodiscard]] std::string path(const PartiqlPath& path) {
        std::string out;
        for (const auto& step : path) {
            if (const auto* name = std::get_if<std::string>(&step)) {
                out.append(out.empty() ? "" : ".").append(placeholders_.name(*name));
            } else {
                out.append("[").append(std::to_string(std::get<std::uint32_t>(step))).append("]");
            }
        }
        return out;
    }
    [[nodiscard]] std::string operand(const Operand& one) {
        if (one.kind == Operand::Kind::value) return placeholders_.value(one.value);
        return one.kind == Operand::Kind::size ? "size(" + path(one.path) + ")" : path(one.path);
    }
    [[nodiscard]] std::string condition(const Condition& one) {
        switch (one.kind) {
            case Condition::Kind::none: return {};
            case Condition::Kind::all_of: return all(one.children, " AND ");
            case Condition::Kind::any_of: return all(one.children, " OR ");
            case Condition::Kind::negation: return "NOT " + nested(one.children[0]);
            case Condition::Kind::compare: return operand(one.operands[0]) + " " + one.name + " " + operand(one.operands[1]);
            case Condition::Kind::between:
                return operand(one.operands[0]) + " BETWEEN " + operand(one.operands[1]) + " AND " + operand(one.operands[2]);
            case Condition::Kind::in: return operand(one.operands[0]) + " IN (" + list(one.operands, 1) + ")";
            case Condition::Kind::call: return one.name + "(" + list(one.operands, 0) + ")";
        }
        return {};
    }
    [[nodiscard]] std::string all(const std::vector<Condition>& conditions, const std::string& by) {
        std::string out;
        for (const Condition& one : conditions)
            out += (out.empty() ? "" : by) + nested(one);
        return out;
    }
    [[nodiscard]] std::string update(const PartiqlStatement& statement) {
        std::string sets, adds, deletes, removes;
        const auto extend = [](std::string& section, const char* keyword, const std::string& what) {
            section.append(section.empty() ? keyword : ", ").append(what);
        };
        for (const PartiqlSet& set : statement.sets) {
            const std::string to = path(set.path);
            if (set.function == "set_add" || set.function == "set_delete") {
                if (set.operands[0].kind != Operand::Kind::path || set.operands[0].path != set.path)
                    refuse_statement("the function " + set.function + " changes the attribute that is set");
                extend(set.function == "set_add" ? adds : deletes, set.function == "set_add" ? " ADD " : " DELETE ",
                       to + " " + operand(set.operands[1]));
                continue;
            }
            std::string value = operand(set.operands[0]);
            if (set.function == "+" || set.function == "-") {
                value += " " + set.function + " " + operand(set.operands[1]);
            } else if (!set.function.empty()) {
                value = set.function + "(" + value + ", " + operand(set.operands[1]) + ")";
            }
            extend(sets, " SET ", to + " = " + value);
        }
        for (const PartiqlPath& one : statement.removes)
            extend(removes, " REMOVE ", path(one));
        return sets + removes + adds + deletes;
    }

  private:
    [[nodiscard]] std::string nested(const Condition& one) {
        const bool joins = one.kind == Condition::Kind::all_of || one.kind == Condition::Kind::any_of;
        return joins ? "(" + condition(one) + ")" : condition(one);
    }
    [[nodiscard]] std::string list(const std::vector<Operand>& operands, std::size_t from) {
        std::string out;
        for (std::size_t i = from; i < operands.size(); ++i)
            out += (i > from ? ", " : "") + operand(operands[i]);
        return out;
    }
    Placeholders placeholders_;
};

std::vector<Condition> conjuncts(const Condition& where) {
    if (where.kind == Condition::Kind::none) return {};
    if (where.kind != Condition::Kind::all_of) return {where};
    std::vector<Condition> out;
    for (const Condition& one : where.children)
        for (Condition& inner : conjuncts(one))
            out.push_back(std::move(inner));
    return out;
}

// Its first operand is the attribute itself, the others are values.
bool is_about(const Condition& one, const std::string& attribute) {
    if (one.operands.empty() || one.operands[0].kind != Operand::Kind::path || one.operands[0].path.size() != 1 ||
        one.operands[0].path[0] != PartiqlPath::value_type(attribute))
        return false;
    return std::all_of(one.operands.begin() + 1, one.operands.end(), [](const Operand& other) { return other.kind == Operand::Kind::value; });
}
bool is_equality(const Condition& one, const std::string& attribute) {
    return one.kind == Condition::Kind::compare && one.name == "=" && is_about(one, attribute);
}

bool mentions(const Condition& one, const std::string& attribute) {
    if (std::ranges::any_of(one.children, [&](const Condition& child) { return mentions(child, attribute); })) return true;
    return std::ranges::any_of(one.operands, [&](const Operand& operand) {
        return operand.kind != Operand::Kind::value && operand.path[0] == PartiqlPath::value_type(attribute);
    });
}

bool can_be_range_condition(const Condition& one, const std::string& attribute) {
    if (!is_about(one, attribute)) return false;
    if (one.kind == Condition::Kind::between) return true;
    if (one.kind == Condition::Kind::call) return one.name == "begins_with";
    return one.kind == Condition::Kind::compare && one.name != "<>";
}

const model::KeySchema& key_of_source(const PartiqlStatement& statement, const model::TableDefinition& table) {
    if (statement.index.empty()) return table.key;
    for (const model::IndexDefinition& index : table.indexes)
        if (index.name == statement.index) return index.key;
    refuse_value("The table does not have the specified index: " + statement.index);
}

// The whole key as equalities; they are taken out of `conditions`.
model::Item take_key(std::vector<Condition>& conditions, const model::KeySchema& schema) {
    model::Item key;
    const auto take = [&](const std::string& attribute) {
        const auto found = std::ranges::find_if(conditions, [&](const Condition& one) { return is_equality(one, attribute); });
        if (found == conditions.end()) refuse_value("Where clause does not contain a mandatory equality on all key attributes");
        key.emplace(attribute, found->operands[1].value);
        conditions.erase(found);
    };
    take(schema.hash.name);
    if (schema.range) take(schema.range->name);
    return key;
}

template <class Request>
void set_source(Request& request, const PartiqlStatement& statement, const model::TableDefinition& table) {
    request.table = table.name;
    request.index = statement.index;
    Writer writer(request.names);
    for (const PartiqlPath& column : statement.columns)
        request.projection += (request.projection.empty() ? "" : ", ") + writer.path(column);
}

}  // namespace

PartiqlRead plan_read(const PartiqlStatement& statement, const model::TableDefinition& table) {
    const model::KeySchema& key = key_of_source(statement, table);
    std::vector<Condition> conditions = conjuncts(statement.where);
    PartiqlRead plan;
    bool forward = true;
    for (const auto& order : statement.order) {
        if (conditions.empty()) refuse_value("Must have WHERE clause in the statement when using ORDER BY clause.");
        const bool by_range = key.range && order.attribute == key.range->name;
        if (!by_range && order.attribute != key.hash.name)
            refuse_value("Variable reference " + order.attribute + " in ORDER BY clause must be part of the primary key");
        if (by_range) forward = !order.descending;
    }
    const auto hash = std::ranges::find_if(conditions, [&](const Condition& one) {
        return is_equality(one, key.hash.name) || (one.kind == Condition::Kind::in && is_about(one, key.hash.name));
    });
    std::optional<Condition> hash_condition, range_condition;
    if (hash != conditions.end()) {
        hash_condition = *hash;
        conditions.erase(hash);
        if (key.range) {
            const auto range = std::ranges::find_if(conditions, [&](const Condition& one) { return can_be_range_condition(one, key.range->name); });
            if (range != conditions.end()) {
                range_condition = *range;
                conditions.erase(range);
            }
        }
    }
    const bool asks_keys_otherwise = std::ranges::any_of(conditions, [&](const Condition& one) {
        return mentions(one, key.hash.name) || (key.range && mentions(one, key.range->name));
    });
    if (!hash_condition || asks_keys_otherwise || hash_condition->operands.size() > kMostHashKeys + 1) {
        if (!statement.order.empty() && !hash_condition)
            refuse_value("Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
        model::Scan& scan = plan.scan.emplace();
        set_source(scan, statement, table);
        scan.filter = Writer(scan.names).condition(statement.where);
        return plan;
    }
    for (std::size_t i = 1; i < hash_condition->operands.size(); ++i) {
        model::Query& query = plan.queries.emplace_back();
        set_source(query, statement, table);
        Writer writer(query.names);
        query.key_condition = writer.operand(hash_condition->operands[0]) + " = " + writer.operand(hash_condition->operands[i]);
        if (range_condition) query.key_condition += " AND " + writer.condition(*range_condition);
        query.filter = writer.all(conditions, " AND ");
        query.forward = forward;
    }
    const bool whole_key = !key.range || (range_condition && range_condition->kind == Condition::Kind::compare && range_condition->name == "=");
    if (statement.index.empty() && plan.queries.size() == 1 && whole_key && conditions.empty()) {
        model::GetItem& get = plan.get.emplace();
        get.table = table.name;
        get.key.emplace(key.hash.name, hash_condition->operands[1].value);
        if (key.range) get.key.emplace(key.range->name, range_condition->operands[1].value);
        Writer writer(get.names);
        for (const PartiqlPath& column : statement.columns)
            get.projection += (get.projection.empty() ? "" : ", ") + writer.path(column);
    }
    return plan;
}

model::WriteAction plan_write(PartiqlStatement statement, const model::TableDefinition& table) {
    const std::string& hash = table.key.hash.name;
    if (statement.kind == PartiqlStatement::Kind::insert) {
        model::PutItem put;
        put.table = table.name;
        put.item = std::move(statement.item);
        put.condition = "attribute_not_exists(" + Writer(put.names).path({hash}) + ")";
        return put;
    }
    std::vector<Condition> conditions = conjuncts(statement.where);
    model::Item key = take_key(conditions, table.key);
    const auto finish = [&](auto& request) {
        request.table = table.name;
        request.key = std::move(key);
        Writer writer(request.names);
        std::string more = writer.all(conditions, " AND ");
        if (conditions.size() > 1) more = "(" + more + ")";
        if (statement.kind == PartiqlStatement::Kind::remove) {
            // What is not there needs no deleting.
            if (!more.empty()) request.condition = "attribute_not_exists(" + writer.path({hash}) + ") OR " + more;
            return;
        }
        request.condition = "attribute_exists(" + writer.path({hash}) + ")";
        if (!more.empty()) request.condition += " AND " + more;
    };
    if (statement.kind == PartiqlStatement::Kind::update) {
        model::UpdateItem update;
        finish(update);
        update.update = Writer(update.names).update(statement);
        update.return_values = statement.returning;
        return update;
    }
    if (statement.kind == PartiqlStatement::Kind::remove) {
        model::DeleteItem gone;
        finish(gone);
        gone.return_old = statement.returning == model::ReturnValues::all_old;
        return gone;
    }
    model::ConditionCheck check;
    finish(check);
    return check;
}

}  // namespace faasd::aws::dynamodb
