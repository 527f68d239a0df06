// ItemCollectionMetrics of operations that write several items.
#pragma once

#include <vector>

#include "aws/dynamodb/answer.hpp"
#include "aws/dynamodb/operation.hpp"

namespace faasd::aws::dynamodb {

struct Written {
    TableRef table;
    model::WriteUsagePtr usage;
};

// By the tables that have local indexes; needs the usages. The sizes are estimates in the cloud too.
void write_collection_metrics(Answer& answer, model::Tables& tables, const std::vector<Written>& writes);

}  // namespace faasd::aws::dynamodb
