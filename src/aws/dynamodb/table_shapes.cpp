#include "aws/dynamodb/table_shapes.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/refusals.hpp"
#include "base/json.hpp"

namespace faasd::aws::dynamodb {
namespace {

constexpr std::int64_t kMostUnits = 1'000'000'000'000;
constexpr std::int64_t kMostDefinitions = 100;  // more than the keys of a table with all its indexes
constexpr std::size_t kMostGlobalIndexes = 20;
constexpr std::size_t kMostProjected = 100;     // of all indexes of a table together

}  // namespace

Shape attribute_definitions_shape() {
    return list(structure("AttributeDefinition", {{"AttributeName", text(1, 255), kRequired},
                                                  {"AttributeType", one_of({"B", "N", "S"}), kRequired}}),
                {}, kMostDefinitions);
}
Shape key_schema_shape() {
    return list(structure("KeySchemaElement", {{"AttributeName", text(1, 255), kRequired},
                                               {"KeyType", one_of({"HASH", "RANGE"}), kRequired}}),
                1, 2);
}
Shape projection_shape() {
    return structure("Projection", {{"ProjectionType", one_of({"ALL", "INCLUDE", "KEYS_ONLY"})},
                                    {"NonKeyAttributes", list(text(1, 255), 1, 20)}});
}
Shape throughput_shape() {
    return structure("ProvisionedThroughput", {{"WriteCapacityUnits", long_integer(1), kRequired},
                                               {"ReadCapacityUnits", long_integer(1), kRequired}});
}
Shape stream_specification_shape() {
    return structure("StreamSpecification",
                     {{"StreamEnabled", flag(), kRequired},
                      {"StreamViewType", one_of({"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"})}});
}
Shape encryption_shape() {
    return structure("SSESpecification", {{"Enabled", flag()}, {"SSEType", one_of({"AES256", "KMS"})}, {"KMSMasterKeyId", text({}, 2048)}});
}
Shape on_demand_shape() {
    return structure("OnDemandThroughput", {{"MaxReadRequestUnits", long_integer()}, {"MaxWriteRequestUnits", long_integer()}});
}
Shape tags_shape() {
    return list(structure("Tag", {{"Key", text(1, 128), kRequired}, {"Value", text(0, 256), kRequired}}));
}
Shape local_indexes_shape() {
    return list(structure("LocalSecondaryIndex", {{"IndexName", resource_name(), kRequired},
                                                  {"KeySchema", key_schema_shape(), kRequired},
                                                  {"Projection", projection_shape(), kRequired}}));
}
Shape global_indexes_shape() {
    return list(structure("GlobalSecondaryIndex", {{"IndexName", resource_name(), kRequired},
                                                   {"KeySchema", key_schema_shape(), kRequired},
                                                   {"Projection", projection_shape(), kRequired},
                                                   {"ProvisionedThroughput", throughput_shape()},
                                                   {"OnDemandThroughput", on_demand_shape()}}));
}

KeyTypes key_types_of(const Input& definitions) {
    KeyTypes types;
    if (!definitions) return types;
    for (const Input& one : definitions.list()) {
        const std::string& type = one["AttributeType"].text();
        const std::string& name = one["AttributeName"].text();
        if (std::ranges::find(types, name, &model::KeyAttribute::name) != types.end())
            refuse_parameter("Duplicate AttributeName in AttributeDefinitions: " + name);
        types.push_back({name, type == "S" ? model::KeyType::string : type == "N" ? model::KeyType::number : model::KeyType::binary});
    }
    return types;
}

model::KeySchema key_schema_of(const Input& schema, const KeyTypes& types) {
    std::string keys, defined;
    std::vector<model::KeyAttribute> attributes;
    bool all_defined = true;
    for (const model::KeyAttribute& one : types)
        defined.append(defined.empty() ? "" : ", ").append(one.name);
    for (const Input& one : schema.list()) {
        const std::string& name = one["AttributeName"].text();
        keys.append(keys.empty() ? "" : ", ").append(name);
        const auto found = std::ranges::find(types, name, &model::KeyAttribute::name);
        if (found == types.end()) {
            all_defined = false;
        } else {
            attributes.push_back(*found);
        }
    }
    const Input::List& elements = schema.list();
    if (elements.size() > types.size()) refuse_value("Invalid KeySchema: Some index key attribute have no definition");
    if (!all_defined)
        refuse_parameter("Some index key attributes are not defined in AttributeDefinitions. Keys: [" + keys +
                         "], AttributeDefinitions: [" + defined + "]");
    if (elements.size() == 2 && attributes[0].name == attributes[1].name)
        refuse_value("Both the Hash Key and the Range Key element in the KeySchema have the same name");
    if (!elements[0]["KeyType"].is("HASH"))
        refuse_value("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    if (elements.size() == 2 && !elements[1]["KeyType"].is("RANGE"))
        refuse_value("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    model::KeySchema key{attributes[0], std::nullopt};
    if (attributes.size() == 2) key.range = attributes[1];
    return key;
}

model::IndexDefinition index_of_input(const Input& index, const KeyTypes& types, bool local) {
    model::IndexDefinition definition;
    definition.name = index["IndexName"].text();
    definition.key = key_schema_of(index["KeySchema"], types);
    definition.local = local;
    const Input& projection = index["Projection"];
    const std::string type = projection["ProjectionType"].text_or("null");
    if (type == "null") refuse_parameter("Unknown ProjectionType: null");
    if (projection["NonKeyAttributes"] && type != "INCLUDE")
        refuse_parameter("ProjectionType is " + type + ", but NonKeyAttributes is specified");
    if (type == "INCLUDE" && !projection["NonKeyAttributes"])
        refuse_parameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    definition.projection = type == "ALL"       ? model::Projection::all
                            : type == "INCLUDE" ? model::Projection::include
                                                : model::Projection::keys_only;
    if (projection["NonKeyAttributes"])
        for (const Input& name : projection["NonKeyAttributes"].list())
            definition.include.push_back(name.text());
    return definition;
}

namespace {

void add_index(model::TableDefinition& table, model::IndexDefinition index) {
    if (std::ranges::find(table.indexes, index.name, &model::IndexDefinition::name) != table.indexes.end())
        refuse_parameter("Duplicate index name: " + index.name);
    table.indexes.push_back(std::move(index));
}

}  // namespace

void check_index_limits(const model::TableDefinition& table) {
    std::size_t global = 0, projected = 0;
    for (const model::IndexDefinition& one : table.indexes) {
        global += one.local ? 0 : 1;
        projected += one.include.size();
    }
    if (global > kMostGlobalIndexes) refuse_parameter("GlobalSecondaryIndex count exceeds the per-table limit of 20");
    if (projected > kMostProjected)
        refuse_parameter("The number of NonKeyAttributes of all indexes together exceeds the per-table limit of 100");
}

void add_local_indexes(const Input& indexes, const KeyTypes& types, model::TableDefinition& table) {
    if (!indexes) return;
    if (indexes.list().empty()) refuse_parameter("List of LocalSecondaryIndexes is empty");
    if (!table.key.range)
        refuse_parameter("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
    for (const Input& one : indexes.list()) {
        model::IndexDefinition index = index_of_input(one, types, true);
        if (!index.key.range) refuse_parameter("Index KeySchema does not have a range key for index: " + index.name);
        if (index.key.hash.name != table.key.hash.name)
            refuse_parameter("Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
                             index.name + ". index hash key: " + index.key.hash.name +
                             ", table hash key: " + table.key.hash.name);
        add_index(table, std::move(index));
    }
    if (indexes.list().size() > 5) refuse_parameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
    check_index_limits(table);
}

void add_global_indexes(const Input& indexes, const KeyTypes& types, bool on_demand, model::TableDefinition& table,
                        TableSettings& settings) {
    if (!indexes) return;
    if (indexes.list().empty()) refuse_parameter("List of GlobalSecondaryIndexes is empty");
    for (const Input& one : indexes.list()) {
        model::IndexDefinition index = index_of_input(one, types, false);
        const Input& units = one["ProvisionedThroughput"];
        if (on_demand && units)
            refuse_parameter("ProvisionedThroughput should not be specified for index: " + index.name +
                             " when BillingMode is PAY_PER_REQUEST");
        if (!on_demand && !units)
            refuse_parameter("ProvisionedThroughput must be specified for index: " + index.name);
        if (units) settings.indexes[index.name] = throughput_of_input(units);
        add_index(table, std::move(index));
    }
    check_index_limits(table);
}

void check_all_used(const KeyTypes& types, const model::TableDefinition& table) {
    if (table.indexes.empty() && types.size() != (table.key.range ? 2U : 1U))
        refuse_parameter("Number of attributes in KeySchema does not exactly match number of attributes defined in "
                         "AttributeDefinitions");
    const auto is_key = [](const model::KeySchema& key, const std::string& name) {
        return key.hash.name == name || (key.range && key.range->name == name);
    };
    for (const model::KeyAttribute& one : types) {
        const bool used = is_key(table.key, one.name) ||
                          std::ranges::any_of(table.indexes, [&](const auto& index) { return is_key(index.key, one.name); });
        if (!used)
            refuse_parameter("Some AttributeDefinitions are not used. AttributeDefinitions: [" + one.name + "], keys used: [" +
                             table.key.hash.name + (table.key.range ? ", " + table.key.range->name : "") + "]");
    }
}

Throughput throughput_of_input(const Input& throughput) {
    const Throughput units{throughput["ReadCapacityUnits"].integer(), throughput["WriteCapacityUnits"].integer()};
    const auto check = [](const char* name, std::int64_t value) {
        if (value > kMostUnits) refuse_value("Given value " + std::to_string(value) + " for " + name + " is out of bounds");
    };
    check("ReadCapacityUnits", units.read);
    check("WriteCapacityUnits", units.write);
    return units;
}

model::StreamView stream_of(const Input& specification) {
    if (!specification || !specification["StreamEnabled"].flag()) {
        if (specification && specification["StreamViewType"])
            refuse_parameter("StreamViewType can not be specified when StreamEnabled is false");
        return model::StreamView::none;
    }
    const Input& view = specification["StreamViewType"];
    if (!view) refuse_parameter("StreamViewType must be specified when StreamEnabled is true");
    if (view.is("NEW_IMAGE")) return model::StreamView::new_image;
    if (view.is("OLD_IMAGE")) return model::StreamView::old_image;
    return view.is("KEYS_ONLY") ? model::StreamView::keys_only : model::StreamView::new_and_old_images;
}

std::string encryption_of(const Input& specification) {
    if (!specification) return {};
    nlohmann::json out = {{"Enabled", specification["Enabled"].flag()}};
    if (specification["SSEType"]) out["SSEType"] = specification["SSEType"].text();
    if (specification["KMSMasterKeyId"]) out["KMSMasterKeyId"] = specification["KMSMasterKeyId"].text();
    return base::to_text(out);
}

std::string on_demand_of(const Input& limits) {
    if (!limits) return {};
    nlohmann::json out = nlohmann::json::object();
    for (const char* name : {"MaxReadRequestUnits", "MaxWriteRequestUnits"})
        if (limits[name]) out[name] = limits[name].integer();
    return base::to_text(out);
}

void add_tags(const Input& tags, TableSettings& settings) {
    if (!tags) return;
    for (const Input& one : tags.list())
        settings.tags.insert_or_assign(one["Key"].text(), one["Value"].text());
    if (settings.tags.size() > 50) refuse_parameter("Tags must have length less than or equal to 50");
}

}  // namespace faasd::aws::dynamodb
