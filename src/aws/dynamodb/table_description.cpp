#include "aws/dynamodb/table_description.hpp"


#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "items/key.hpp"
#include "model/stream_label.hpp"

namespace faasd::aws::dynamodb {

using nlohmann::json;

namespace {

json throughput_json(const TableSettings& settings, const Throughput& units, base::TimePoint) {
    json out = {{"NumberOfDecreasesToday", 0},
                {"ReadCapacityUnits", settings.provisioned ? units.read : 0},
                {"WriteCapacityUnits", settings.provisioned ? units.write : 0}};
    return out;
}

json index_json(const TableRef& table, const model::TableInfo& info, const model::IndexDefinition& index) {
    return {{"IndexName", index.name},
            {"KeySchema", key_schema_json(index.key)},
            {"Projection", projection_json(index)},
            {"IndexSizeBytes", info.bytes},
            {"ItemCount", info.items},
            {"IndexArn", table.arn() + "/index/" + index.name}};
}

void add_indexes(json& out, const TableRef& table, const model::TableInfo& info, const TableSettings& settings,
                 std::string_view status) {
    for (const model::IndexDefinition& index : info.definition.indexes) {
        json one = index_json(table, info, index);
        if (!index.local) {
            const bool is_building = info.building.contains(index.name);
            one["IndexStatus"] = is_building || status == "CREATING" ? "CREATING" : "ACTIVE";
            if (is_building) one["Backfilling"] = true;
            const auto units = settings.indexes.find(index.name);
            one["ProvisionedThroughput"] =
                throughput_json(settings, units == settings.indexes.end() ? settings.throughput : units->second, {});
        }
        out[index.local ? "LocalSecondaryIndexes" : "GlobalSecondaryIndexes"].push_back(std::move(one));
    }
}

}  // namespace

double seconds_since_epoch(base::TimePoint time) { return static_cast<double>(base::to_millis(time)) / 1000.0; }

std::string table_id(const TableRef& table, const model::TableInfo& info) {
    const std::string hex = base::sha256_hex(table.engine + '@' + std::to_string(base::to_micros(info.created_at)));
    return hex.substr(0, 8) + '-' + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-a" + hex.substr(17, 3) + '-' + hex.substr(20, 12);
}

std::string stream_arn(const TableRef& table, const model::TableInfo& info) {
    return table.arn() + "/stream/" + model::stream_label(info.stream_since);
}

std::string_view view_name(model::StreamView view) {
    switch (view) {
        case model::StreamView::keys_only: return "KEYS_ONLY";
        case model::StreamView::new_image: return "NEW_IMAGE";
        case model::StreamView::old_image: return "OLD_IMAGE";
        case model::StreamView::new_and_old_images: return "NEW_AND_OLD_IMAGES";
        case model::StreamView::none: break;
    }
    return "";
}

json key_schema_json(const model::KeySchema& key) {
    json out = json::array({{{"AttributeName", key.hash.name}, {"KeyType", "HASH"}}});
    if (key.range) out.push_back({{"AttributeName", key.range->name}, {"KeyType", "RANGE"}});
    return out;
}

json projection_json(const model::IndexDefinition& index) {
    switch (index.projection) {
        case model::Projection::all: return {{"ProjectionType", "ALL"}};
        case model::Projection::keys_only: return {{"ProjectionType", "KEYS_ONLY"}};
        case model::Projection::include: break;
    }
    return {{"ProjectionType", "INCLUDE"}, {"NonKeyAttributes", index.include}};
}

json attribute_definitions_json(const model::TableDefinition& table) {
    std::map<std::string, model::KeyType> types;
    const auto add = [&](const model::KeySchema& key) {
        types.emplace(key.hash.name, key.hash.type);
        if (key.range) types.emplace(key.range->name, key.range->type);
    };
    add(table.key);
    for (const model::IndexDefinition& index : table.indexes)
        add(index.key);
    json out = json::array();
    for (const auto& [name, type] : types)
        out.push_back({{"AttributeName", name}, {"AttributeType", std::string(items::type_name(type))}});
    return out;
}

json describe_table(const TableRef& table, const model::TableInfo& info, std::string_view status) {
    const TableSettings settings = TableSettings::of(info.definition);
    json out = {{"TableName", table.name},
                {"TableStatus", status},
                {"TableArn", table.arn()},
                {"TableId", table_id(table, info)},
                {"CreationDateTime", seconds_since_epoch(info.created_at)},
                {"ItemCount", info.items},
                {"TableSizeBytes", info.bytes},
                {"KeySchema", key_schema_json(info.definition.key)},
                {"AttributeDefinitions", attribute_definitions_json(info.definition)},
                {"ProvisionedThroughput", throughput_json(settings, settings.throughput, {})},
                {"DeletionProtectionEnabled", info.definition.deletion_protection}};
    if (!settings.provisioned || settings.had_billing_mode) {
        json& billing = out["BillingModeSummary"];
        billing["BillingMode"] = settings.provisioned ? "PROVISIONED" : "PAY_PER_REQUEST";
        const base::TimePoint since = settings.on_demand_since == base::TimePoint{} ? info.created_at : settings.on_demand_since;
        if (!settings.provisioned || settings.on_demand_since != base::TimePoint{})
            billing["LastUpdateToPayPerRequestDateTime"] = seconds_since_epoch(since);
    }
    add_indexes(out, table, info, settings, status);
    if (info.definition.stream != model::StreamView::none) {
        out["StreamSpecification"] = {{"StreamEnabled", true}, {"StreamViewType", std::string(view_name(info.definition.stream))}};
        out["LatestStreamLabel"] = model::stream_label(info.stream_since);
        out["LatestStreamArn"] = stream_arn(table, info);
    }
    if (!settings.table_class.empty()) out["TableClassSummary"] = {{"TableClass", settings.table_class}};
    if (!settings.encryption.empty()) {
        const json given = base::parse_stored_json(settings.encryption);
        if (given.value("Enabled", false)) {
            out["SSEDescription"] = {
                {"Status", "ENABLED"},
                {"SSEType", "KMS"},
                {"KMSMasterKeyArn", given.value("KMSMasterKeyId", table.scope.arn("kms", "key/" + table_id(table, info)))}};
        }
    }
    if (!settings.on_demand_limits.empty()) out["OnDemandThroughput"] = base::parse_stored_json(settings.on_demand_limits);
    if (!settings.restored_from.empty()) out["RestoreSummary"] = base::parse_stored_json(settings.restored_from);
    return out;
}

}  // namespace faasd::aws::dynamodb
