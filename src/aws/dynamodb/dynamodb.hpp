// DynamoDB (API version 2012-08-10) and DynamoDB Streams.
#pragma once

#include <vector>

#include "aws/dynamodb/operation.hpp"
#include "aws/protocol/operation_door.hpp"

namespace faasd::aws::dynamodb {

[[nodiscard]] ServiceDescription describe(model::Tables& tables, const base::Clock& clock);
[[nodiscard]] ServiceDescription describe_streams(model::Tables& tables, const base::Clock& clock);

// The parts of the first.
using Operations = std::vector<Operation>;
void add_item_operations(Operations& to, const ToolsPtr& tools);         // GetItem, PutItem, UpdateItem, DeleteItem
void add_page_operations(Operations& to, const ToolsPtr& tools);         // Query, Scan
void add_batch_operations(Operations& to, const ToolsPtr& tools);        // BatchGetItem, BatchWriteItem
void add_transaction_operations(Operations& to, const ToolsPtr& tools);  // TransactGetItems, TransactWriteItems
void add_table_operations(Operations& to, const ToolsPtr& tools);        // CreateTable, UpdateTable, …
void add_setting_operations(Operations& to, const ToolsPtr& tools);      // tags, time to live, limits, endpoints, …
void add_backup_operations(Operations& to, const ToolsPtr& tools);
void add_statement_operations(Operations& to, const ToolsPtr& tools);    // PartiQL

}  // namespace faasd::aws::dynamodb
