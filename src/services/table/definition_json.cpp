#include "services/table/definition_json.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::table {
namespace {

using nlohmann::json;

json to_json(const model::KeyAttribute& attribute) {
    return {{"name", attribute.name}, {"type", static_cast<int>(attribute.type)}};
}
json to_json(const model::KeySchema& key) {
    json result{{"hash", to_json(key.hash)}};
    if (key.range) result["range"] = to_json(*key.range);
    return result;
}
json to_json(const IndexSchema& index) {
    const model::IndexDefinition& d = index.definition;
    json result{{"id", index.id},       {"name", d.name},
                {"key", to_json(d.key)}, {"local", d.local},
                {"include", d.include}, {"projection", static_cast<int>(d.projection)}};
    if (index.is_building) result["building"] = true;
    return result;
}

model::KeyAttribute attribute_from(const json& j) {
    return {.name = j.at("name").get<std::string>(), .type = static_cast<model::KeyType>(j.at("type").get<int>())};
}
model::KeySchema key_from(const json& j) {
    model::KeySchema key{.hash = attribute_from(j.at("hash")), .range = {}};
    if (j.contains("range")) key.range = attribute_from(j.at("range"));
    return key;
}
IndexSchema index_from(const json& j) {
    IndexSchema index;
    index.id = j.at("id").get<std::int64_t>();
    index.definition.name = j.at("name").get<std::string>();
    index.definition.key = key_from(j.at("key"));
    index.definition.local = j.at("local").get<bool>();
    index.definition.projection = static_cast<model::Projection>(j.at("projection").get<int>());
    index.definition.include = j.at("include").get<std::vector<std::string>>();
    index.is_building = j.value("building", false);
    return index;
}

}  // namespace

std::string definition_to_json(const TableSchema& schema) {
    json indexes = json::array();
    for (const IndexSchema& index : schema.indexes) indexes.push_back(to_json(index));
    json result{{"key", to_json(schema.definition.key)},
                {"indexes", std::move(indexes)},
                {"ttl", schema.definition.ttl_attribute},
                {"stream", static_cast<int>(schema.definition.stream)}};
    if (schema.definition.deletion_protection) result["protected"] = true;
    if (!schema.definition.settings.empty()) result["settings"] = schema.definition.settings;
    if (schema.definition.stream != model::StreamView::none) {
        result["stream_since"] = base::to_micros(schema.stream_since);
        result["stream_start"] = schema.stream_start;
    }
    if (schema.ttl_change != 0) result["ttl_change"] = schema.ttl_change;
    return base::to_text(result);
}

void definition_from_json(std::string_view text, TableSchema& schema) {
    const json j = base::parse_stored_json(text);
    schema.definition.key = key_from(j.at("key"));
    schema.definition.ttl_attribute = j.at("ttl").get<std::string>();
    schema.definition.stream = static_cast<model::StreamView>(j.at("stream").get<int>());
    schema.definition.deletion_protection = j.value("protected", false);
    if (j.contains("settings")) j.at("settings").get_to(schema.definition.settings);
    // A stream that was there before they were kept began with its table.
    schema.stream_since = base::from_micros(j.value("stream_since", base::to_micros(schema.created_at)));
    schema.stream_start = j.value("stream_start", std::uint64_t{0});
    schema.ttl_change = j.value("ttl_change", std::int64_t{0});
    schema.indexes.clear();
    schema.definition.indexes.clear();
    for (const json& index : j.at("indexes")) {
        schema.indexes.push_back(index_from(index));
        schema.definition.indexes.push_back(schema.indexes.back().definition);
    }
}

}  // namespace faasd::table
