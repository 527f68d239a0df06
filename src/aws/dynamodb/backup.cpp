#include "aws/dynamodb/backup.hpp"

#include <nlohmann/json.hpp>

#include "aws/dynamodb/table_description.hpp"
#include "base/json.hpp"

namespace faasd::aws::dynamodb {

using nlohmann::json;

namespace {

constexpr std::string_view kPrefix = "$backup/";
constexpr std::string_view kBackup = "/backup/";
const std::string kName = "dynamodb.backup.name", kIndexes = "dynamodb.backup.indexes", kStream = "dynamodb.backup.stream",
                  kTimeToLive = "dynamodb.backup.time_to_live", kTableId = "dynamodb.backup.table_id",
                  kTableCreated = "dynamodb.backup.table_created";

json attribute_json(const model::KeyAttribute& attribute) {
    return {{"name", attribute.name}, {"type", static_cast<int>(attribute.type)}};
}
model::KeyAttribute attribute_of(const json& from) {
    return {from.at("name").get<std::string>(), static_cast<model::KeyType>(from.at("type").get<int>())};
}

std::string indexes_text(const std::vector<model::IndexDefinition>& indexes) {
    json all = json::array();
    for (const model::IndexDefinition& index : indexes) {
        json one = {{"name", index.name},
                    {"local", index.local},
                    {"projection", static_cast<int>(index.projection)},
                    {"include", index.include},
                    {"hash", attribute_json(index.key.hash)}};
        if (index.key.range) one["range"] = attribute_json(*index.key.range);
        all.push_back(std::move(one));
    }
    return base::to_text(all);
}

std::vector<model::IndexDefinition> indexes_of(const std::string& text) {
    std::vector<model::IndexDefinition> indexes;
    const json all = base::parse_stored_json(text);
    for (const json& from : all) {
        model::IndexDefinition& index = indexes.emplace_back();
        index.name = from.at("name").get<std::string>();
        index.local = from.at("local").get<bool>();
        index.projection = static_cast<model::Projection>(from.at("projection").get<int>());
        index.include = from.at("include").get<std::vector<std::string>>();
        index.key.hash = attribute_of(from.at("hash"));
        if (from.contains("range")) index.key.range = attribute_of(from.at("range"));
    }
    return indexes;
}

const std::string& setting(const model::TableDefinition& backup, const std::string& name) {
    static const std::string none;
    const auto found = backup.settings.find(name);
    return found == backup.settings.end() ? none : found->second;
}

std::int64_t number_of_setting(const std::string& text) { return text.empty() ? 0 : std::stoll(text); }

}  // namespace

std::string BackupRef::engine() const {
    return std::string(kPrefix) + table.scope.account + '/' + table.scope.region + '/' + table.name + '/' + id;
}

std::optional<BackupRef> parse_backup_arn(std::string_view arn) {
    Arn parsed;
    const std::size_t at = arn.rfind(kBackup);
    if (at == std::string_view::npos || !parse_arn(arn.substr(0, at), parsed) || parsed.service != "dynamodb" ||
        !parsed.resource.starts_with("table/"))
        return std::nullopt;
    const std::string_view id = arn.substr(at + kBackup.size()), name = parsed.resource.substr(6);
    const Scope scope{std::string(parsed.account), std::string(parsed.region)};
    if (id.empty() || id.find('/') != std::string_view::npos || !is_table_name(name) || !is_scope(scope)) return std::nullopt;
    return BackupRef{{std::string(name), scope.engine_name(name), scope}, std::string(id)};
}

std::optional<BackupRef> backup_of_engine_name(const Scope& scope, std::string_view name) {
    const std::string prefix = std::string(kPrefix) + scope.account + '/' + scope.region + '/';
    if (!name.starts_with(prefix)) return std::nullopt;
    name.remove_prefix(prefix.size());
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view table = name.substr(0, slash);
    return BackupRef{{std::string(table), scope.engine_name(table), scope}, std::string(name.substr(slash + 1))};
}

void become_backup(model::TableDefinition& definition, const BackupRef& backup, const std::string& name,
                   const model::TableInfo& table) {
    auto& settings = definition.settings;
    settings[kName] = name;
    settings[kIndexes] = indexes_text(definition.indexes);
    settings[kStream] = view_name(definition.stream);
    settings[kTimeToLive] = definition.ttl_attribute;
    settings[kTableId] = table_id(backup.table, table);
    settings[kTableCreated] = std::to_string(base::to_micros(table.created_at));
    definition.name = backup.engine();
    definition.indexes.clear();
    definition.stream = model::StreamView::none;
    definition.ttl_attribute.clear();
    definition.deletion_protection = false;
}

void become_restored(model::TableDefinition& definition) {
    if (const std::string& indexes = setting(definition, kIndexes); !indexes.empty()) definition.indexes = indexes_of(indexes);
    std::erase_if(definition.settings, [](const auto& one) { return one.first.starts_with("dynamodb.backup."); });
    definition.stream = model::StreamView::none;
    definition.ttl_attribute.clear();
    definition.deletion_protection = false;
    TableSettings settings = TableSettings::of(definition);
    settings.tags.clear();
    settings.point_in_time = false;
    settings.store(definition);
}

std::string backup_name(const model::TableDefinition& backup) { return setting(backup, kName); }

json backup_details(const BackupRef& backup, const model::TableInfo& info) {
    return {{"BackupArn", backup.arn()},
            {"BackupName", backup_name(info.definition)},
            {"BackupSizeBytes", info.bytes},
            {"BackupStatus", "AVAILABLE"},
            {"BackupType", "USER"},
            {"BackupCreationDateTime", seconds_since_epoch(info.created_at)}};
}

json describe_backup(const BackupRef& backup, const model::TableInfo& info, std::string_view status) {
    json details = backup_details(backup, info);
    details["BackupStatus"] = status;
    const TableSettings settings = TableSettings::of(info.definition);
    json source = {{"TableName", backup.table.name},
                   {"TableId", setting(info.definition, kTableId)},
                   {"TableArn", backup.table.arn()},
                   {"TableSizeBytes", info.bytes},
                   {"ItemCount", info.items},
                   {"KeySchema", key_schema_json(info.definition.key)},
                   {"TableCreationDateTime", seconds_since_epoch(base::from_micros(number_of_setting(setting(info.definition, kTableCreated))))},
                   {"BillingMode", settings.provisioned ? "PROVISIONED" : "PAY_PER_REQUEST"},
                   {"ProvisionedThroughput",
                    {{"ReadCapacityUnits", std::max<std::int64_t>(1, settings.throughput.read)},
                     {"WriteCapacityUnits", std::max<std::int64_t>(1, settings.throughput.write)}}}};
    json features = json::object();
    for (const model::IndexDefinition& index : indexes_of(setting(info.definition, kIndexes)))
        features[index.local ? "LocalSecondaryIndexes" : "GlobalSecondaryIndexes"].push_back(
            {{"IndexName", index.name}, {"KeySchema", key_schema_json(index.key)}, {"Projection", projection_json(index)}});
    if (const std::string& view = setting(info.definition, kStream); !view.empty())
        features["StreamDescription"] = {{"StreamEnabled", true}, {"StreamViewType", view}};
    if (const std::string& name = setting(info.definition, kTimeToLive); !name.empty())
        features["TimeToLiveDescription"] = {{"TimeToLiveStatus", "ENABLED"}, {"AttributeName", name}};
    return {{"BackupDetails", std::move(details)},
            {"SourceTableDetails", std::move(source)},
            {"SourceTableFeatureDetails", std::move(features)}};
}

}  // namespace faasd::aws::dynamodb
