// Backups, and restoring from them or from a table as it is now.
#include <nlohmann/json.hpp>

#include "aws/dynamodb/backup.hpp"
#include "aws/dynamodb/dynamodb.hpp"
#include "aws/dynamodb/table_description.hpp"
#include "aws/dynamodb/table_shapes.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/wait.hpp"

namespace faasd::aws::dynamodb {
namespace {

using nlohmann::json;

Error no_source(const std::string& name) { return {"TableNotFoundException", 400, "Table not found: " + name}; }
Error no_backup(const std::string& arn) { return {"BackupNotFoundException", 400, "Backup not found: " + arn}; }

BackupRef backup_given(const Input& arn) {
    const auto backup = parse_backup_arn(arn.text());
    if (!backup) refuse_value("Invalid BackupArn: " + arn.text());
    return *backup;
}

model::TableInfo find_backup(const Tools& tools, const BackupRef& backup) {
    auto info = tools.tables.info(backup.engine());
    if (!info) refuse(no_backup(backup.arn()));
    return std::move(*info);
}

void create_backup(const Tools& tools, Call call, Input in) {
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    const std::string name = std::as_const(in)["BackupName"].text();
    const auto info = tools.tables.info(table.engine);
    if (!info) refuse(no_source(table.name));
    std::string moment = std::to_string(base::to_millis(tools.clock.now()));
    moment.insert(0, 14 - std::min<std::size_t>(14, moment.size()), '0');
    const BackupRef backup{table, moment + "-" + base::random_hex(8)};
    const auto made = base::wait_for<model::TableInfo>([&](auto done) {
        tools.tables.copy(
            table.engine,
            [&](model::TableDefinition& definition) -> base::Result<> {
                become_backup(definition, backup, name, *info);
                return {};
            },
            std::move(done));
    });
    if (made.has_error() && made.error().code == model::TableErrc::no_such_table) refuse(no_source(table.name));
    if (answered_with_error(call, made)) return;
    call.succeed({{"BackupDetails", backup_details(backup, *made)}});
}

void describe_one_backup(const Tools& tools, Call call, Input in) {
    const BackupRef backup = backup_given(std::as_const(in)["BackupArn"]);
    call.succeed({{"BackupDescription", describe_backup(backup, find_backup(tools, backup), "AVAILABLE")}});
}

void delete_backup(const Tools& tools, Call call, Input in) {
    const BackupRef backup = backup_given(std::as_const(in)["BackupArn"]);
    json description = describe_backup(backup, find_backup(tools, backup), "DELETED");
    const auto done = base::wait_for<void>([&](auto then) { tools.tables.remove(backup.engine(), std::move(then)); });
    if (done.has_error() && done.error().code == model::TableErrc::no_such_table) refuse(no_backup(backup.arn()));
    if (answered_with_error(call, done)) return;
    call.succeed({{"BackupDescription", std::move(description)}});
}

void list_backups(const Tools& tools, Call call, Input in) {
    const Input& given = in;
    const std::size_t limit = given["Limit"] ? static_cast<std::size_t>(given["Limit"].integer()) : 100;
    const std::string only = given["TableName"] ? table_of(call.scope, given["TableName"].text()).name : "";
    const std::string after = given["ExclusiveStartBackupArn"].text_or("");
    json summaries = json::array();
    json out = json::object();
    const bool of_users = !given["BackupType"] || given["BackupType"].is("USER") || given["BackupType"].is("ALL");
    for (const std::string& name : tools.tables.list_hidden()) {
        const auto backup = backup_of_engine_name(call.scope, name);
        if (!of_users || !backup || (!only.empty() && backup->table.name != only) || backup->arn() <= after) continue;
        const auto info = tools.tables.info(name);
        if (!info) continue;
        const double at = seconds_since_epoch(info->created_at);
        if (given["TimeRangeLowerBound"] && at < given["TimeRangeLowerBound"].decimal()) continue;
        if (given["TimeRangeUpperBound"] && at >= given["TimeRangeUpperBound"].decimal()) continue;
        if (summaries.size() == limit) {
            out["LastEvaluatedBackupArn"] = summaries.back()["BackupArn"];
            break;
        }
        json one = backup_details(*backup, *info);
        one["TableName"] = backup->table.name;
        one["TableArn"] = backup->table.arn();
        summaries.push_back(std::move(one));
    }
    out["BackupSummaries"] = std::move(summaries);
    call.succeed(out);
}

// What a restore may say otherwise than its source.
void override_definition(const Input& in, model::TableDefinition& definition) {
    TableSettings settings = TableSettings::of(definition);
    if (in["BillingModeOverride"]) {
        settings.provisioned = in["BillingModeOverride"].is("PROVISIONED");
        settings.had_billing_mode = true;
    }
    if (in["ProvisionedThroughputOverride"]) settings.throughput = throughput_of_input(in["ProvisionedThroughputOverride"]);
    if (in["SSESpecificationOverride"]) settings.encryption = encryption_of(in["SSESpecificationOverride"]);
    // An override of indexes names those that are kept.
    for (const bool local : {false, true}) {
        const Input& kept = in[local ? "LocalSecondaryIndexOverride" : "GlobalSecondaryIndexOverride"];
        if (!kept) continue;
        std::erase_if(definition.indexes, [&](const model::IndexDefinition& index) {
            if (index.local != local) return false;
            for (const Input& one : kept.list())
                if (one["IndexName"].is(index.name)) return false;
            return true;
        });
    }
    settings.store(definition);
}

void restore(const Tools& tools, Call& call, const Input& in, const std::string& from, json summary, const Error& missing) {
    const TableRef target = table_of(call.scope, in["TargetTableName"].text());
    // Refused here, and not within the engine.
    if (in["ProvisionedThroughputOverride"]) static_cast<void>(throughput_of_input(in["ProvisionedThroughputOverride"]));
    const auto made = base::wait_for<model::TableInfo>([&](auto done) {
        tools.tables.copy(
            from,
            [&](model::TableDefinition& definition) -> base::Result<> {
                become_restored(definition);
                override_definition(in, definition);
                TableSettings settings = TableSettings::of(definition);
                settings.restored_from = base::to_text(summary);
                settings.store(definition);
                definition.name = target.engine;
                return {};
            },
            std::move(done));
    });
    if (made.has_error() && made.error().code == model::TableErrc::no_such_table) return call.refuse(missing);
    if (made.has_error() && made.error().code == model::TableErrc::table_exists)
        return call.refuse({"TableAlreadyExistsException", 400, "Table already exists: " + target.name});
    if (answered_with_error(call, made)) return;
    json description = describe_table(target, *made, "CREATING");
    description["RestoreSummary"]["RestoreInProgress"] = true;
    call.succeed({{"TableDescription", std::move(description)}});
}

void restore_from_backup(const Tools& tools, Call call, Input in) {
    const BackupRef backup = backup_given(std::as_const(in)["BackupArn"]);
    const model::TableInfo info = find_backup(tools, backup);
    restore(tools, call, in, backup.engine(),
            {{"SourceBackupArn", backup.arn()},
             {"SourceTableArn", backup.table.arn()},
             {"RestoreDateTime", seconds_since_epoch(info.created_at)},
             {"RestoreInProgress", false}},
            no_backup(backup.arn()));
}

void restore_to_point_in_time(const Tools& tools, Call call, Input in) {
    const Input &given = in, &source = given["SourceTableArn"] ? given["SourceTableArn"] : given["SourceTableName"];
    if (!source) refuse_value("One of SourceTableArn or SourceTableName must be specified");
    const TableRef table = table_of(call.scope, source.text());
    const auto info = tools.tables.info(table.engine);
    if (!info) refuse(no_source(table.name));
    if (!TableSettings::of(info->definition).point_in_time)
        refuse({"PointInTimeRecoveryUnavailableException", 400, "Point in time recovery is not enabled for table '" + table.name + "'"});
    const double now = seconds_since_epoch(tools.clock.now());
    if (!given["UseLatestRestorableTime"].flag() && !(given["RestoreDateTime"] && given["RestoreDateTime"].decimal() >= now))
        refuse({"NotImplemented", 501, "faasd keeps no earlier states of a table: restore it with UseLatestRestorableTime, or from a backup"});
    restore(tools, call, in, table.engine,
            {{"SourceTableArn", table.arn()}, {"RestoreDateTime", now}, {"RestoreInProgress", false}}, no_source(table.name));
}

json continuous_backups(const Tools& tools, const model::TableInfo& info) {
    const TableSettings settings = TableSettings::of(info.definition);
    json recovery = {{"PointInTimeRecoveryStatus", settings.point_in_time ? "ENABLED" : "DISABLED"}};
    if (settings.point_in_time) {
        recovery["EarliestRestorableDateTime"] = seconds_since_epoch(settings.point_in_time_since);
        recovery["LatestRestorableDateTime"] = seconds_since_epoch(tools.clock.now());
    }
    return {{"ContinuousBackupsDescription",
             {{"ContinuousBackupsStatus", "ENABLED"}, {"PointInTimeRecoveryDescription", std::move(recovery)}}}};
}

void describe_continuous_backups(const Tools& tools, Call call, Input in) {
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    const auto info = tools.tables.info(table.engine);
    if (!info) refuse(no_source(table.name));
    call.succeed(continuous_backups(tools, *info));
}

void update_continuous_backups(const Tools& tools, Call call, Input in) {
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    const bool enabled = std::as_const(in)["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"].flag();
    const base::TimePoint now = tools.clock.now();
    const auto done = base::wait_for<model::TableInfo>([&](auto then) {
        tools.tables.alter(
            table.engine,
            [&](model::TableDefinition& definition) -> base::Result<> {
                TableSettings settings = TableSettings::of(definition);
                if (enabled != settings.point_in_time) settings.point_in_time_since = now;
                settings.point_in_time = enabled;
                settings.store(definition);
                return {};
            },
            std::move(then));
    });
    if (done.has_error() && done.error().code == model::TableErrc::no_such_table) refuse(no_source(table.name));
    if (answered_with_error(call, done)) return;
    call.succeed(continuous_backups(tools, *done));
}

std::vector<Member> restore_members() {
    return {{"TargetTableName", resource_name(), kRequired},
            {"BillingModeOverride", one_of({"PROVISIONED", "PAY_PER_REQUEST"})},
            {"GlobalSecondaryIndexOverride", global_indexes_shape()},
            {"LocalSecondaryIndexOverride", local_indexes_shape()},
            {"ProvisionedThroughputOverride", throughput_shape()},
            {"SSESpecificationOverride", encryption_shape()}};
}

}  // namespace

void add_backup_operations(Operations& to, const ToolsPtr& tools) {
    const auto of_a_backup = [] { return structure("BackupInput", {{"BackupArn", text(37, 1024), kRequired}}); };
    to.push_back(operation(tools, "CreateBackup", true,
                           structure("CreateBackupInput", {{"TableName", table_name(), kRequired}, {"BackupName", resource_name(), kRequired}}),
                           create_backup));
    to.push_back(operation(tools, "DescribeBackup", true, of_a_backup(), describe_one_backup));
    to.push_back(operation(tools, "DeleteBackup", true, of_a_backup(), delete_backup));
    to.push_back(operation(tools, "ListBackups", true,
                           structure("ListBackupsInput", {{"TableName", table_name()},
                                                          {"Limit", integer(1, 100)},
                                                          {"TimeRangeLowerBound", decimal()},
                                                          {"TimeRangeUpperBound", decimal()},
                                                          {"ExclusiveStartBackupArn", text(37, 1024)},
                                                          {"BackupType", one_of({"USER", "SYSTEM", "AWS_BACKUP", "ALL"})}}),
                           list_backups));
    std::vector<Member> of_backup = restore_members(), of_table = restore_members();
    of_backup.push_back({"BackupArn", text(37, 1024), kRequired});
    of_table.push_back({"SourceTableName", resource_name()});
    of_table.push_back({"SourceTableArn", text(1, 1024)});
    of_table.push_back({"UseLatestRestorableTime", flag()});
    of_table.push_back({"RestoreDateTime", decimal()});
    to.push_back(operation(tools, "RestoreTableFromBackup", true, structure("RestoreTableFromBackupInput", std::move(of_backup)),
                           restore_from_backup));
    to.push_back(operation(tools, "RestoreTableToPointInTime", true,
                           structure("RestoreTableToPointInTimeInput", std::move(of_table)), restore_to_point_in_time));
    to.push_back(operation(tools, "DescribeContinuousBackups", true,
                           structure("DescribeContinuousBackupsInput", {{"TableName", table_name(), kRequired}}),
                           describe_continuous_backups));
    Shape specification = structure("PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", flag(), kRequired}});
    to.push_back(operation(tools, "UpdateContinuousBackups", true,
                           structure("UpdateContinuousBackupsInput", {{"TableName", table_name(), kRequired},
                                                                      {"PointInTimeRecoverySpecification", std::move(specification), kRequired}}),
                           update_continuous_backups));
}

}  // namespace faasd::aws::dynamodb
