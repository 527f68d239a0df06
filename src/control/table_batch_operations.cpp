#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "control/table_call.hpp"

namespace faasd::control {
namespace {

using nlohmann::json;

void batch_get(model::Tables& tables, OperationCall call) {
    TableCall reads(tables, call);
    const std::string table = reads.table();
    std::vector<model::GetItem> requests;
    for (const json& key : call.params.array("keys"))
        requests.push_back({table, reads.key_of(table, key), "", {}});
    call.params.finish();
    const auto found = tables.get_many(requests);
    if (found.has_error()) return call.fail(found.error());
    json list = json::array();
    for (const auto& item : *found)
        list.push_back(reads.items().json(item));
    call.succeed({{"items", std::move(list)}});
}

// {"put": {…}} or {"delete": key}, with "table" and, in transactions, "condition", "names", "values"; and
// there also
// {"update": "SET …", "key": …} and {"check": "…", "key": …}.
model::WriteAction read_action(model::Tables& tables, OperationCall& outer, const json& given, bool plain) {
    if (!given.is_object()) outer.params.refuse("an action must be an object");
    json with_form = given;
    with_form["plain"] = plain;
    OperationCall one{Params("an action", base::to_text(with_form)), {}, {}, outer.trace, 0, {}};
    TableCall reads(tables, one);
    const std::string table = reads.table();
    const std::string condition = one.params.text_or("condition", "");
    model::WriteAction action;
    if (!one.params.value("put").is_null()) {
        action =
            model::PutItem{table, reads.item("put"), condition, reads.names(), false, false, outer.trace};
    } else if (const json& key = one.params.value("delete"); !key.is_null()) {
        action = model::DeleteItem{
            table, reads.key_of(table, key), condition, reads.names(), false, false, outer.trace};
    } else if (const auto update = one.params.optional_text("update")) {
        action = model::UpdateItem{table,     reads.key(),   *update,
                                   condition, reads.names(), model::ReturnValues::none,
                                   false,     outer.trace};
    } else if (const auto check = one.params.optional_text("check")) {
        action = model::ConditionCheck{table, reads.key(), *check, reads.names(), false};
    } else {
        one.params.refuse("it needs one of 'put', 'delete', 'update' and 'check'");
    }
    one.params.finish();
    return action;
}

std::vector<model::WriteAction> read_actions(model::Tables& tables, OperationCall& call) {
    const bool plain = call.params.flag("plain");
    std::vector<model::WriteAction> actions;
    for (const json& action : call.params.array("actions"))
        actions.push_back(read_action(tables, call, action, plain));
    return actions;
}

void batch_write(model::Tables& tables, OperationCall call) {
    auto actions = read_actions(tables, call);
    call.params.finish();
    tables.batch_write(
        std::move(actions), [call = std::move(call)](base::Result<std::vector<base::Result<>>> done) mutable {
            if (done.has_error()) return call.fail(done.error());
            json results = json::array();
            for (const auto& one : *done) {
                if (one) {
                    results.push_back(json::object());
                } else {
                    const auto known = to_operation_error(one.error());
                    results.push_back({{"error", {{"code", known.code}, {"message", known.message}}}});
                }
            }
            call.succeed({{"results", std::move(results)}});
        });
}

void transact_write(model::Tables& tables, OperationCall call) {
    auto actions = read_actions(tables, call);
    std::string token = call.params.text_or("token", "");
    call.params.finish();
    tables.transact_write(std::move(actions), std::move(token),
                          [call = std::move(call)](base::Result<> done) mutable {
                              if (done.has_error()) return call.fail(done.error());
                              call.succeed(json::object());
                          });
}

}  // namespace

void add_table_batch_operations(OperationTable& table, model::Tables& tables) {
    table.add("table.batch_get", true, with_items(tables, batch_get));
    table.add("table.batch_write", false, with_items(tables, batch_write));
    table.add("table.transact_write", false, with_items(tables, transact_write));
}

}  // namespace faasd::control
