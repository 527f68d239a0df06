#include "aws/dynamodb/update_table.hpp"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "aws/dynamodb/table_description.hpp"
#include "aws/dynamodb/table_shapes.hpp"

namespace faasd::aws::dynamodb {
namespace {

using Index = model::IndexDefinition;

Shape index_updates_shape() {
    return list(structure(
        "GlobalSecondaryIndexUpdate",
        {{"Update", structure("UpdateGlobalSecondaryIndexAction", {{"IndexName", resource_name(), kRequired},
                                                                   {"ProvisionedThroughput", throughput_shape()},
                                                                   {"OnDemandThroughput", on_demand_shape()}})},
         {"Create", structure("CreateGlobalSecondaryIndexAction", {{"Projection", projection_shape(), kRequired},
                                                                   {"IndexName", resource_name(), kRequired},
                                                                   {"ProvisionedThroughput", throughput_shape()},
                                                                   {"OnDemandThroughput", on_demand_shape()},
                                                                   {"KeySchema", key_schema_shape(), kRequired}})},
         {"Delete", structure("DeleteGlobalSecondaryIndexAction", {{"IndexName", resource_name(), kRequired}})}}));
}

const Input& action_of(const Input& update) {
    for (const char* name : {"Update", "Create", "Delete"})
        if (update[name]) return update[name];
    return update["Update"];
}

// What needs no look at the table.
void check_update(const Input& in) {
    const Input &updates = in["GlobalSecondaryIndexUpdates"], &units = in["ProvisionedThroughput"];
    const bool any = units || in["BillingMode"] || (updates && !updates.list().empty()) || in["SSESpecification"] ||
                     in["StreamSpecification"] || in["DeletionProtectionEnabled"] || in["TableClass"] || in["OnDemandThroughput"];
    if (!any)
        refuse_value("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates "
                     "or SSESpecification or ReplicaUpdates is required");
    if (in["BillingMode"].is("PROVISIONED") && !units)
        refuse_parameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    if (units) static_cast<void>(throughput_of_input(units));
    if (!updates) return;
    std::set<std::string> names;
    std::size_t built = 0;
    for (const Input& update : updates.list()) {
        const Input& action = action_of(update);
        if (!action)
            refuse_parameter("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                             "GlobalSecondaryIndexUpdate.Delete must not be null");
        const std::string& name = action["IndexName"].text();
        if (!names.insert(name).second)
            refuse_parameter("Only one global secondary index update per index is allowed simultaneously. Index: " + name);
        if (update["Create"] || update["Delete"]) ++built;
    }
    if (built > 1)
        refuse({"LimitExceededException", 400,
                "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"});
}

void set_billing(const Input& in, const Tools& tools, TableSettings& settings) {
    const Input &mode = in["BillingMode"], &units = in["ProvisionedThroughput"];
    const bool on_demand = mode ? mode.is("PAY_PER_REQUEST") : !settings.provisioned;
    if (units && on_demand)
        refuse_parameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
    if (units) {
        const Throughput wanted = throughput_of_input(units);
        if (settings.provisioned && wanted == settings.throughput)
            refuse_value("The provisioned throughput for the table will not change. The requested value equals the current "
                         "value. Current ReadCapacityUnits provisioned for the table: " + std::to_string(wanted.read) +
                         ". Requested ReadCapacityUnits: " + std::to_string(wanted.read) +
                         ". Current WriteCapacityUnits provisioned for the table: " + std::to_string(wanted.write) +
                         ". Requested WriteCapacityUnits: " + std::to_string(wanted.write) +
                         ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.");
        settings.throughput = wanted;
    }
    if (!mode) return;
    settings.had_billing_mode = true;
    if (on_demand && settings.provisioned) settings.on_demand_since = tools.clock.now();
    settings.provisioned = !on_demand;
    if (on_demand) settings.indexes.clear();
}

KeyTypes known_types(const Input& in, const model::TableDefinition& table) {
    KeyTypes types = key_types_of(in["AttributeDefinitions"]);
    const auto add = [&](const model::KeyAttribute& one) {
        if (std::ranges::find(types, one.name, &model::KeyAttribute::name) == types.end()) types.push_back(one);
    };
    const auto add_key = [&](const model::KeySchema& key) {
        add(key.hash);
        if (key.range) add(*key.range);
    };
    add_key(table.key);
    for (const Index& index : table.indexes)
        add_key(index.key);
    return types;
}

auto find_global(model::TableDefinition& table, const std::string& name) {
    const auto found = std::ranges::find_if(table.indexes, [&](const Index& one) { return !one.local && one.name == name; });
    if (found == table.indexes.end()) refuse(not_found("Requested resource not found"));
    return found;
}

void change_indexes(const Input& in, model::TableDefinition& table, TableSettings& settings) {
    if (!in["GlobalSecondaryIndexUpdates"]) return;
    for (const Input& update : in["GlobalSecondaryIndexUpdates"].list()) {
        const Input& action = action_of(update);
        const std::string& name = action["IndexName"].text();
        if (update["Delete"]) {
            table.indexes.erase(find_global(table, name));
            settings.indexes.erase(name);
            continue;
        }
        const Input& units = action["ProvisionedThroughput"];
        if (units && !settings.provisioned)
            refuse_parameter("ProvisionedThroughput should not be specified for index: " + name +
                             " when BillingMode is PAY_PER_REQUEST");
        if (update["Create"]) {
            if (std::ranges::find(table.indexes, name, &Index::name) != table.indexes.end())
                refuse_value("Attempting to create an index which already exists");
            if (!units && settings.provisioned)
                refuse_parameter("ProvisionedThroughput must be specified for index: " + name);
            table.indexes.push_back(index_of_input(action, known_types(in, table), false));
            check_index_limits(table);
        } else {
            static_cast<void>(find_global(table, name));
        }
        if (units) settings.indexes[name] = throughput_of_input(units);
    }
}

void change_stream(const Input& specification, model::TableDefinition& table) {
    if (!specification) return;
    const model::StreamView wanted = stream_of(specification);
    const bool has = table.stream != model::StreamView::none;
    if (wanted != model::StreamView::none && has) refuse_value("Table already has an enabled stream");
    if (wanted == model::StreamView::none && !has) refuse_value("Table is already in the stream-disabled state");
    table.stream = wanted;
}

void update_table(const Tools& tools, Call call, Input in) {
    const TableRef table = table_of(call.scope, std::as_const(in)["TableName"].text());
    check_update(in);
    auto refusal = std::make_shared<Error>();
    auto given = std::make_shared<const Input>(std::move(in));
    auto change = [&tools, given, refusal](model::TableDefinition& definition) -> base::Result<> {
        try {
            const Input& request = *given;
            TableSettings settings = TableSettings::of(definition);
            set_billing(request, tools, settings);
            change_indexes(request, definition, settings);
            change_stream(request["StreamSpecification"], definition);
            if (request["DeletionProtectionEnabled"]) definition.deletion_protection = request["DeletionProtectionEnabled"].flag();
            if (request["TableClass"]) settings.table_class = request["TableClass"].text();
            if (request["SSESpecification"]) settings.encryption = encryption_of(request["SSESpecification"]);
            if (request["OnDemandThroughput"]) settings.on_demand_limits = on_demand_of(request["OnDemandThroughput"]);
            settings.store(definition);
            return {};
        } catch (const Refusal& thrown) {
            *refusal = thrown.error;
            return base::Error(model::TableErrc::validation, thrown.error.message);
        }
    };
    tools.tables.alter(table.engine, std::move(change),
                       [call = std::move(call), table, refusal](base::Result<model::TableInfo> done) mutable {
                           if (!refusal->code.empty()) return call.refuse(*refusal);
                           if (done.has_error() && done.error().code == model::TableErrc::no_such_table)
                               return call.refuse(not_found("Requested resource not found: Table: " + table.name + " not found"));
                           if (answered_with_error(call, done)) return;
                           call.succeed({{"TableDescription", describe_table(table, *done, "UPDATING")}});
                       });
}

}  // namespace

void add_update_table(Operations& to, const ToolsPtr& tools) {
    to.push_back(operation(tools, "UpdateTable", false,
                           structure("UpdateTableInput", {{"TableName", table_name(), kParameter},
                                                          {"AttributeDefinitions", attribute_definitions_shape()},
                                                          {"ProvisionedThroughput", throughput_shape()},
                                                          {"BillingMode", one_of({"PROVISIONED", "PAY_PER_REQUEST"})},
                                                          {"GlobalSecondaryIndexUpdates", index_updates_shape()},
                                                          {"StreamSpecification", stream_specification_shape()},
                                                          {"SSESpecification", encryption_shape()},
                                                          {"TableClass", one_of({"STANDARD", "STANDARD_INFREQUENT_ACCESS"})},
                                                          {"DeletionProtectionEnabled", flag()},
                                                          {"OnDemandThroughput", on_demand_shape()}}),
                           update_table));
}

}  // namespace faasd::aws::dynamodb
