#include "control/item_json.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "items/plain_json.hpp"
#include "items/typed_json.hpp"

namespace faasd::control {

base::Result<model::Item> ItemJson::item(const nlohmann::json& json) const {
    return plain_ ? items::item_from_plain_json(json) : items::item_from_typed_json(json);
}

nlohmann::json ItemJson::json(const model::Item& item) const {
    return plain_ ? items::to_plain_json(item) : items::to_typed_json(item);
}

nlohmann::json ItemJson::json(const std::optional<model::Item>& item) const {
    return item ? json(*item) : nlohmann::json(nullptr);
}

base::Result<model::Item> ItemJson::key(const nlohmann::json& json, const model::KeySchema& schema) const {
    if (!plain_ || json.is_object()) return item(json);
    nlohmann::json object = nlohmann::json::object();
    if (json.is_array() && json.size() == 2 && schema.range) {
        object[schema.hash.name] = json[0];
        object[schema.range->name] = json[1];
    } else {
        object[schema.hash.name] = json;
    }
    // A number given as text, as a command line or a path parameter does, means the number.
    const auto as_typed = [&](const model::KeyAttribute& attribute) {
        auto& value = object[attribute.name];
        if (attribute.type != model::KeyType::number || !value.is_string()) return;
        nlohmann::json number = base::parse_json(value.get<std::string>());
        if (number.is_number()) value = std::move(number);
    };
    as_typed(schema.hash);
    if (schema.range && object.contains(schema.range->name)) as_typed(*schema.range);
    return item(object);
}

nlohmann::json typed_json(const model::Item& item) { return items::to_typed_json(item); }

}  // namespace faasd::control
