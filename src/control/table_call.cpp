#include "control/table_call.hpp"

#include <utility>

#include <nlohmann/json.hpp>

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

}  // namespace

TableCall::TableCall(model::Tables& tables, OperationCall& call)
    : tables_(tables), call_(call), items_(call.params.flag("plain")) {}

std::string TableCall::table() {
    return table_ = call_.params.text("table");
}

model::Item TableCall::item(const char* name) {
    return or_throw(items_.item(call_.params.required(name)));
}

model::Item TableCall::key() {
    return key_of(table_, call_.params.required("key"));
}

model::Item TableCall::key_of(const std::string& table, const json& given) {
    return or_throw(items_.key(given, or_throw(tables_.info(table)).definition.key));
}

std::optional<model::Item> TableCall::start_key() {
    const json& given = call_.params.value("start_key");
    if (given.is_null()) return std::nullopt;
    return or_throw(items_.item(given));
}

model::ExpressionNames TableCall::names() {
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

OperationHandler with_items(model::Tables& tables, void (*handler)(model::Tables&, OperationCall)) {
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

}  // namespace faasd::control
