// UpdateTable.
#pragma once

#include "aws/dynamodb/dynamodb.hpp"

namespace faasd::aws::dynamodb {

void add_update_table(Operations& to, const ToolsPtr& tools);

}  // namespace faasd::aws::dynamodb
