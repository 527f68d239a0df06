#include "services/table/prepared_write.hpp"

#include "items/attribute_value.hpp"
#include "items/item_codec.hpp"
#include "items/validation.hpp"

namespace faasd::table {

using namespace items;
namespace {

using base::Result;

// Parses what all writes have in common; `update` only of an update.
Result<> parse_expressions(std::string_view condition, std::string_view update, model::ExpressionNames& names,
                           PreparedWrite& write) {
    if (auto ok = canonicalize(names); !ok) return ok;
    NameUsage usage(names);
    if (auto ok = usage.check_placeholders(); !ok) return ok;
    if (!update.empty()) {
        auto plan = parse_update(update, usage);
        if (!plan) return plan.error();
        write.update = std::move(*plan);
    }
    if (!condition.empty()) {
        auto parsed = parse_condition(ExpressionKind::condition, condition, usage);
        if (!parsed) return parsed.error();
        write.condition = std::move(*parsed);
    }
    return usage.check_all_used();
}

template <class Request>
Result<PreparedWrite> prepare_keyed(WriteKind kind, Request& request, std::string_view update) {
    PreparedWrite write;
    write.kind = kind;
    write.return_old_on_condition_failure = request.return_old_on_condition_failure;
    write.usage = std::move(request.usage);
    if (auto ok = items::canonicalize(request.key); !ok) return ok.error();
    if (auto ok = parse_expressions(request.condition, update, request.names, write); !ok) return ok.error();
    write.table = std::move(request.table);
    write.key = std::move(request.key);
    return write;
}

}  // namespace

EncodedItemPtr encode(model::Item item) {
    auto encoded = std::make_shared<EncodedItem>();
    encoded->bytes = encode_item(item);
    encoded->size = item_size(item);
    encoded->item = std::move(item);
    return encoded;
}

Result<> canonicalize(model::ExpressionNames& names) {
    for (auto& [placeholder, value] : names.values) {
        if (auto ok = items::canonicalize(value); !ok) return ok;
    }
    return {};
}

Result<PreparedWrite> prepare(model::PutItem request) {
    PreparedWrite write;
    write.kind = WriteKind::put;
    write.return_old_on_condition_failure = request.return_old_on_condition_failure;
    write.usage = std::move(request.usage);
    if (request.return_old) write.return_values = model::ReturnValues::all_old;
    if (auto ok = items::canonicalize(request.item); !ok) return ok.error();
    if (auto ok = check_item_size(request.item); !ok) return ok.error();
    if (auto ok = parse_expressions(request.condition, {}, request.names, write); !ok) return ok.error();
    write.table = std::move(request.table);
    write.trace = std::move(request.trace);
    write.item = encode(std::move(request.item));
    return write;
}

Result<PreparedWrite> prepare(model::UpdateItem request) {
    auto write = prepare_keyed(WriteKind::update, request, request.update);
    if (!write) return write;
    write->return_values = request.return_values;
    write->trace = std::move(request.trace);
    return write;
}

Result<PreparedWrite> prepare(model::DeleteItem request) {
    auto write = prepare_keyed(WriteKind::remove, request, {});
    if (!write) return write;
    if (request.return_old) write->return_values = model::ReturnValues::all_old;
    write->trace = std::move(request.trace);
    return write;
}

Result<PreparedWrite> prepare(model::ConditionCheck request) {
    if (request.condition.empty()) {
        return validation_error("Invalid ConditionExpression: The expression can not be empty;");
    }
    return prepare_keyed(WriteKind::check, request, {});
}

Result<PreparedWrite> prepare(model::WriteAction action) {
    return std::visit([](auto&& request) { return prepare(std::forward<decltype(request)>(request)); },
                      std::move(action));
}

}  // namespace faasd::table
