#include "aws/dynamodb/dynamodb.hpp"

#include <algorithm>

namespace faasd::aws::dynamodb {
namespace {

// All that the service has, in the order of its reference.
constexpr std::string_view kAll[] = {
    "BatchExecuteStatement", "BatchGetItem", "BatchWriteItem", "CreateBackup", "CreateGlobalTable", "CreateTable",
    "DeleteBackup", "DeleteItem", "DeleteResourcePolicy", "DeleteTable", "DescribeBackup", "DescribeContinuousBackups",
    "DescribeContributorInsights", "DescribeEndpoints", "DescribeExport", "DescribeGlobalTable",
    "DescribeGlobalTableSettings", "DescribeImport", "DescribeKinesisStreamingDestination", "DescribeLimits",
    "DescribeTable", "DescribeTableReplicaAutoScaling", "DescribeTimeToLive", "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination", "ExecuteStatement", "ExecuteTransaction", "ExportTableToPointInTime", "GetItem",
    "GetResourcePolicy", "ImportTable", "ListBackups", "ListContributorInsights", "ListExports", "ListGlobalTables",
    "ListImports", "ListTables", "ListTagsOfResource", "PutItem", "PutResourcePolicy", "Query", "RestoreTableFromBackup",
    "RestoreTableToPointInTime", "Scan", "TagResource", "TransactGetItems", "TransactWriteItems", "UntagResource",
    "UpdateContinuousBackups", "UpdateContributorInsights", "UpdateGlobalTable", "UpdateGlobalTableSettings", "UpdateItem",
    "UpdateKinesisStreamingDestination", "UpdateTable", "UpdateTableReplicaAutoScaling", "UpdateTimeToLive"};

ServiceDescription common() {
    ServiceDescription service;
    service.shape_prefix = "com.amazonaws.dynamodb.v20120810#";
    service.body_limit = std::uint64_t{24} << 20;  // 16 MB of items, written as JSON
    service.crc32 = true;
    service.reads_body = true;
    return service;
}

}  // namespace

ServiceDescription describe(model::Tables& tables, const base::Clock& clock) {
    const auto tools = std::make_shared<const Tools>(Tools{tables, clock});
    ServiceDescription service = common();
    add_item_operations(service.operations, tools);
    add_page_operations(service.operations, tools);
    add_batch_operations(service.operations, tools);
    add_transaction_operations(service.operations, tools);
    add_table_operations(service.operations, tools);
    add_setting_operations(service.operations, tools);
    add_backup_operations(service.operations, tools);
    add_statement_operations(service.operations, tools);
    for (const std::string_view name : kAll)
        if (std::ranges::find(service.operations, name, &Operation::name) == service.operations.end())
            service.missing.push_back(name);
    return service;
}

}  // namespace faasd::aws::dynamodb
