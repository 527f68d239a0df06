#include "base/units.hpp"
#include "control/operations.hpp"
#include "control/table_call.hpp"

namespace faasd::control {
namespace {

using nlohmann::json;

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
    json out = {{"name", info.definition.name},  {"key", describe(info.definition.key)},
                {"items", info.items},           {"bytes", info.bytes},
                {"indexes", std::move(indexes)}, {"created_at", base::format_rfc3339(info.created_at)}};
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
    add_table_batch_operations(table, tables);
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
