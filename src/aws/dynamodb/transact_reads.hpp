// Reads of one transaction, however they were asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/dynamodb/capacity.hpp"
#include "aws/dynamodb/operation.hpp"

namespace faasd::aws::dynamodb {

// Reads all of them from one snapshot and answers: {"Responses": [{"Item": …}, {}, …]}, and what it has cost. `tables`: what
// the client calls the table of each.
void transact_reads(const Tools& tools, Call& call, std::vector<model::GetItem> gets, const std::vector<std::string>& tables,
                    CapacityWanted wanted, std::string_view kind = {});

}  // namespace faasd::aws::dynamodb
