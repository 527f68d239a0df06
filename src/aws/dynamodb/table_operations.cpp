#include <algorithm>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/dynamodb.hpp"
#include "aws/dynamodb/table_description.hpp"
#include "aws/dynamodb/table_shapes.hpp"
#include "aws/dynamodb/update_table.hpp"
#include "base/wait.hpp"

namespace faasd::aws::dynamodb {
namespace {

using nlohmann::json;

Error no_table(const TableRef& table) { return not_found("Requested resource not found: Table: " + table.name + " not found"); }

model::TableDefinition definition_of(const Input& in, const TableRef& table, TableSettings& settings) {
    const bool on_demand = in["BillingMode"].is("PAY_PER_REQUEST");
    const Input& units = in["ProvisionedThroughput"];
    if (on_demand && units)
        refuse_parameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
    if (!on_demand && !units)
        refuse_parameter("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
    settings.provisioned = !on_demand;
    settings.had_billing_mode = on_demand;
    if (units) settings.throughput = throughput_of_input(units);
    model::TableDefinition definition;
    definition.name = table.engine;
    const KeyTypes types = key_types_of(in["AttributeDefinitions"]);
    definition.key = key_schema_of(in["KeySchema"], types);
    if (!in["LocalSecondaryIndexes"] && !in["GlobalSecondaryIndexes"]) check_all_used(types, definition);
    add_local_indexes(in["LocalSecondaryIndexes"], types, definition);
    add_global_indexes(in["GlobalSecondaryIndexes"], types, on_demand, definition, settings);
    check_all_used(types, definition);
    // In the order in which DynamoDB looks at them when it checks an item.
    std::stable_partition(definition.indexes.begin(), definition.indexes.end(),
                          [](const model::IndexDefinition& index) { return !index.local; });
    definition.stream = stream_of(in["StreamSpecification"]);
    definition.deletion_protection = in["DeletionProtectionEnabled"].flag();
    settings.table_class = in["TableClass"].text_or("");
    settings.encryption = encryption_of(in["SSESpecification"]);
    settings.on_demand_limits = on_demand_of(in["OnDemandThroughput"]);
    add_tags(in["Tags"], settings);
    settings.store(definition);
    return definition;
}

void create_table(const Tools& tools, Call call, Input in) {
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    TableSettings settings;
    model::TableDefinition definition = definition_of(in, table, settings);
    const auto done = base::wait_for<void>([&](auto then) { tools.tables.create(std::move(definition), std::move(then)); });
    if (done.has_error() && done.error().code == model::TableErrc::table_exists)
        return call.refuse({"ResourceInUseException", 400, "Table already exists: " + table.name});
    if (answered_with_error(call, done)) return;
    const auto info = tools.tables.info(table.engine);
    if (answered_with_error(call, info)) return;
    call.succeed({{"TableDescription", describe_table(table, *info, "CREATING")}});
}

void describe_one_table(const Tools& tools, Call call, Input in) {
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    const auto info = tools.tables.info(table.engine);
    if (info.has_error() && info.error().code == model::TableErrc::no_such_table) return call.refuse(no_table(table));
    if (answered_with_error(call, info)) return;
    call.succeed({{"Table", describe_table(table, *info, "ACTIVE")}});
}

void delete_table(const Tools& tools, Call call, Input in) {
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    const auto info = tools.tables.info(table.engine);
    if (info.has_error() && info.error().code == model::TableErrc::no_such_table) return call.refuse(no_table(table));
    if (answered_with_error(call, info)) return;
    json description = describe_table(table, *info, "DELETING");
    for (const char* gone : {"KeySchema", "AttributeDefinitions", "CreationDateTime", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"})
        description.erase(gone);
    tools.tables.remove(table.engine, [call = std::move(call), table, description = std::move(description)](base::Result<> done) mutable {
        if (done.has_error() && done.error().code == model::TableErrc::no_such_table) return call.refuse(no_table(table));
        if (answered_with_error(call, done)) return;
        call.succeed({{"TableDescription", std::move(description)}});
    });
}

void list_tables(const Tools& tools, Call call, Input in) {
    const std::string after = std::as_const(in)["ExclusiveStartTableName"].text_or("");
    const std::size_t limit = std::as_const(in)["Limit"] ? static_cast<std::size_t>(std::as_const(in)["Limit"].integer()) : 100;
    json names = json::array();
    json out;
    for (const std::string& engine_name : tools.tables.list()) {
        const std::string_view name = call.scope.own_name(engine_name);
        if (name.empty() || name <= after) continue;
        if (names.size() == limit) {
            out["LastEvaluatedTableName"] = names.back();
            break;
        }
        names.push_back(name);
    }
    out["TableNames"] = std::move(names);
    call.succeed(out);
}

}  // namespace

void add_table_operations(Operations& to, const ToolsPtr& tools) {
    const auto of_a_table = [] { return structure("TableInput", {{"TableName", table_name(), kParameter}}); };
    to.push_back(operation(tools, "CreateTable", true,
                           structure("CreateTableInput", {{"AttributeDefinitions", attribute_definitions_shape(), kRequired},
                                                          {"TableName", table_name(), kParameter},
                                                          {"BillingMode", one_of({"PROVISIONED", "PAY_PER_REQUEST"})},
                                                          {"ProvisionedThroughput", throughput_shape()},
                                                          {"KeySchema", key_schema_shape(), kRequired},
                                                          {"LocalSecondaryIndexes", local_indexes_shape()},
                                                          {"GlobalSecondaryIndexes", global_indexes_shape()},
                                                          {"StreamSpecification", stream_specification_shape()},
                                                          {"SSESpecification", encryption_shape()},
                                                          {"Tags", tags_shape()},
                                                          {"TableClass", one_of({"STANDARD", "STANDARD_INFREQUENT_ACCESS"})},
                                                          {"DeletionProtectionEnabled", flag()},
                                                          {"OnDemandThroughput", on_demand_shape()}}),
                           create_table));
    to.push_back(operation(tools, "DescribeTable", false, of_a_table(), describe_one_table));
    to.push_back(operation(tools, "DeleteTable", false, of_a_table(), delete_table));
    to.push_back(operation(tools, "ListTables", true,
                           structure("ListTablesInput", {{"Limit", integer(1, 100)}, {"ExclusiveStartTableName", table_name()}}),
                           list_tables));
    add_update_table(to, tools);
}

}  // namespace faasd::aws::dynamodb
