#include "base/units.hpp"
#include "control/item_json.hpp"
#include "control/operations.hpp"

namespace faasd::control {
namespace {

using nlohmann::json;

// Thrown where an item, a key or a table is wrong: the engine's own error, carried out of the reading.
struct BadItem {
    base::Error error;
};

template <class T>
T or_throw(base::Result<T> result) {
    if (result.has_error()) throw BadItem{result.error()};
    return std::move(*result);
}

// Reads the arguments that table operations share.
class TableCall {
  public:
    TableCall(model::Tables& tables, OperationCall& call)
        : tables_(tables), call_(call), items_(call.params.flag("plain")) {}

    std::string table() { return table_ = call_.params.text("table"); }
    model::Item item(const char* name) { return or_throw(items_.item(call_.params.required(name))); }
    model::Item key() { return key_of(table_, call_.params.required("key")); }
    model::Item key_of(const std::string& table, const json& given) {
        return or_throw(items_.key(given, or_throw(tables_.info(table)).definition.key));
    }
    std::optional<model::Item> start_key() {
        const json& given = call_.params.value("start_key");
        if (given.is_null()) return std::nullopt;
        return or_throw(items_.item(given));
    }
    model::ExpressionNames names() {
        model::ExpressionNames names;
        const json& given = call_.params.value("names");
        if (!given.is_null() && !given.is_object()) call_.params.refuse("'names' must be an object of strings");
        if (given.is_object()) {
            for (const auto& [placeholder, name] : given.items()) {
                if (!name.is_string()) call_.params.refuse("'names' must be an object of strings");
                names.names[placeholder] = name.get<std::string>();
            }
        }
        const json& values = call_.params.value("values");
        if (!values.is_null() && !values.empty()) names.values = or_throw(items_.item(values));
        return names;
    }
    [[nodiscard]] const ItemJson& items() const { return items_; }

  private:
    model::Tables& tables_;
    OperationCall& call_;
    ItemJson items_;
    std::string table_;
};

using Handler = void (*)(model::Tables&, OperationCall);

// Runs a handler, and turns what its reading threw into the call's failure.
OperationHandler with_items(model::Tables& tables, Handler handler) {
    return [&tables, handler](OperationCall call) {
        auto done = std::make_shared<OperationDone>(std::move(call.done));
        call.done = [done](model::OperationResult result) { (*done)(std::move(result)); };
        try {
            handler(tables, std::move(call));
        } catch (const BadItem& bad) {
            (*done)(to_operation_error(bad.error));
        }
    };
}

auto answer_with_item(OperationCall call, ItemJson items, const char* member) {
    return [call = std::move(call), items, member](base::Result<std::optional<model::Item>> done) mutable {
        if (done.has_error()) return call.fail(done.error());
        json out = json::object();
        if (*done) out[member] = items.json(**done);
        call.succeed(out);
    };
}

void get(model::Tables& tables, OperationCall call) {
    TableCall reads(tables, call);
    model::GetItem request;
    request.table = reads.table();
    request.key = reads.key();
    request.projection = call.params.text_or("projection", "");
    request.names = reads.names();
    call.params.finish();
    const auto item = tables.get(request);
    if (item.has_error()) return call.fail(item.error());
    call.succeed({{"item", reads.items().json(*item)}});
}

void put(model::Tables& tables, OperationCall call) {
    TableCall reads(tables, call);
    model::PutItem request;
    request.table = reads.table();
    request.item = reads.item("item");
    request.condition = call.params.text_or("condition", "");
    request.names = reads.names();
    request.return_old = call.params.flag("return_old");
    request.return_old_on_condition_failure = call.params.flag("return_old_on_failure");
    request.trace = call.trace;
    call.params.finish();
    const ItemJson items = reads.items();
    tables.put(std::move(request), answer_with_item(std::move(call), items, "old"));
}

void remove(model::Tables& tables, OperationCall call) {
    TableCall reads(tables, call);
    model::DeleteItem request;
    request.table = reads.table();
    request.key = reads.key();
    request.condition = call.params.text_or("condition", "");
    request.names = reads.names();
    request.return_old = call.params.flag("return_old");
    request.return_old_on_condition_failure = call.params.flag("return_old_on_failure");
    request.trace = call.trace;
    call.params.finish();
    const ItemJson items = reads.items();
    tables.remove_item(std::move(request), answer_with_item(std::move(call), items, "old"));
}

model::ReturnValues read_return_values(Params& params) {
    const std::string given = params.text_or("return_values", "NONE");
    if (given == "NONE") return model::ReturnValues::none;
    if (given == "ALL_OLD") return model::ReturnValues::all_old;
    if (given == "UPDATED_OLD") return model::ReturnValues::updated_old;
    if (given == "ALL_NEW") return model::ReturnValues::all_new;
    if (given == "UPDATED_NEW") return model::ReturnValues::updated_new;
    params.refuse("'return_values' must be NONE, ALL_OLD, UPDATED_OLD, ALL_NEW or UPDATED_NEW");
}

void update(model::Tables& tables, OperationCall call) {
    TableCall reads(tables, call);
    model::UpdateItem request;
    request.table = reads.table();
    request.key = reads.key();
    request.update = call.params.text_or("update", "");
    request.condition = call.params.text_or("condition", "");
    request.names = reads.names();
    request.return_values = read_return_values(call.params);
    request.return_old_on_condition_failure = call.params.flag("return_old_on_failure");
    request.trace = call.trace;
    call.params.finish();
    const ItemJson items = reads.items();
    tables.update(std::move(request), answer_with_item(std::move(call), items, "attributes"));
}

std::optional<std::uint32_t> read_limit(Params& params) {
    const auto limit = params.optional_count("limit");
    if (!limit) return std::nullopt;
    if (*limit < 1 || *limit > 1'000'000) params.refuse("'limit' must be 1 to 1000000");
    return static_cast<std::uint32_t>(*limit);
}

void answer_with_page(OperationCall& call, const ItemJson& items, const base::Result<model::Page>& page) {
    if (page.has_error()) return call.fail(page.error());
    json list = json::array();
    for (const model::Item& item : page->items)
        list.push_back(items.json(item));
    json out = {{"items", std::move(list)}, {"count", page->count}, {"scanned_count", page->scanned_count}};
    if (page->last_evaluated_key) out["last_key"] = items.json(*page->last_evaluated_key);
    call.succeed(out);
}

// What a Query and a Scan share, read last.
template <class Request>
void read_page_request(Request& request, TableCall& reads, Params& params) {
    request.index = params.text_or("index", "");
    request.filter = params.text_or("filter", "");
    request.projection = params.text_or("projection", "");
    request.names = reads.names();
    request.limit = read_limit(params);
    request.exclusive_start_key = reads.start_key();
    request.count_only = params.flag("count_only");
    params.finish();
}

void query(model::Tables& tables, OperationCall call) {
    TableCall reads(tables, call);
    model::Query request;
    request.table = reads.table();
    request.key_condition = call.params.text("key_condition");
    request.forward = call.params.flag("forward", true);
    read_page_request(request, reads, call.params);
    answer_with_page(call, reads.items(), tables.query(request));
}

void scan(model::Tables& tables, OperationCall call) {
    TableCall reads(tables, call);
    model::Scan request;
    request.table = reads.table();
    read_page_request(request, reads, call.params);
    answer_with_page(call, reads.items(), tables.scan(request));
}

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

// {"put": {…}} or {"delete": key}, with "table" and, in transactions, "condition", "names", "values"; and there also
// {"update": "SET …", "key": …} and {"check": "…", "key": …}.
model::WriteAction read_action(model::Tables& tables, OperationCall& outer, const json& given, bool plain) {
    if (!given.is_object()) outer.params.refuse("an action must be an object");
    json with_form = given;
    with_form["plain"] = plain;
    OperationCall one{Params("an action", with_form.dump()), {}, {}, outer.trace, 0, {}};
    TableCall reads(tables, one);
    const std::string table = reads.table();
    const std::string condition = one.params.text_or("condition", "");
    model::WriteAction action;
    if (!one.params.value("put").is_null()) {
        action = model::PutItem{table, reads.item("put"), condition, reads.names(), false, false, outer.trace};
    } else if (const json& key = one.params.value("delete"); !key.is_null()) {
        action = model::DeleteItem{table, reads.key_of(table, key), condition, reads.names(), false, false, outer.trace};
    } else if (const auto update = one.params.optional_text("update")) {
        action = model::UpdateItem{table,         reads.key(), *update, condition, reads.names(),
                                   model::ReturnValues::none, false, outer.trace};
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
    tables.batch_write(std::move(actions),
                       [call = std::move(call)](base::Result<std::vector<base::Result<>>> done) mutable {
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
    tables.transact_write(std::move(actions), std::move(token), [call = std::move(call)](base::Result<> done) mutable {
        if (done.has_error()) return call.fail(done.error());
        call.succeed(json::object());
    });
}

json describe(const model::KeySchema& key) {
    const auto one = [](const model::KeyAttribute& attribute) -> json {
        constexpr const char* types[] = {"string", "number", "binary"};
        return {{"name", attribute.name}, {"type", types[static_cast<int>(attribute.type)]}};
    };
    json out = {{"hash", one(key.hash)}};
    if (key.range) out["range"] = one(*key.range);
    return out;
}

json describe(const model::TableInfo& info) {
    json indexes = json::array();
    for (const auto& index : info.definition.indexes)
        indexes.push_back({{"name", index.name}, {"key", describe(index.key)}, {"local", index.local}});
    json out = {{"name", info.definition.name},
                {"key", describe(info.definition.key)},
                {"items", info.items},
                {"bytes", info.bytes},
                {"indexes", std::move(indexes)},
                {"created_at", base::format_rfc3339(info.created_at)}};
    if (!info.definition.ttl_attribute.empty()) out["ttl"] = info.definition.ttl_attribute;
    return out;
}

}  // namespace

void add_table_operations(OperationTable& table, model::Tables& tables) {
    table.add("table.get", false, with_items(tables, get));
    table.add("table.put", false, with_items(tables, put));
    table.add("table.update", false, with_items(tables, update));
    table.add("table.delete", false, with_items(tables, remove));
    table.add("table.query", true, with_items(tables, query));
    table.add("table.scan", true, with_items(tables, scan));
    table.add("table.batch_get", true, with_items(tables, batch_get));
    table.add("table.batch_write", false, with_items(tables, batch_write));
    table.add("table.transact_write", false, with_items(tables, transact_write));
    table.add("table.info", true, [&](OperationCall call) {
        const std::string name = call.params.text("table");
        call.params.finish();
        const auto info = tables.info(name);
        if (info.has_error()) return call.fail(info.error());
        call.succeed(describe(*info));
    });
    table.add("table.list", true, [&](OperationCall call) {
        call.params.finish();
        json list = json::array();
        for (const std::string& name : tables.list())
            if (const auto info = tables.info(name)) list.push_back(describe(*info));
        call.succeed({{"tables", std::move(list)}});
    });
}

}  // namespace faasd::control
