// From a PartiQL statement to requests to the engine.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "aws/dynamodb/operation.hpp"
#include "aws/dynamodb/partiql_statement.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

// What the statement reads: queries one after the other, or one scan.
struct PartiqlRead {
    std::vector<model::Query> queries;
    std::optional<model::Scan> scan;
    std::optional<model::GetItem> get;  // where it names one item by its whole key, and nothing else about it
};
[[nodiscard]] PartiqlRead plan_read(const PartiqlStatement& statement, const model::TableDefinition& table);

// INSERT, UPDATE, DELETE or EXISTS. The names that the engine needs are set, but for usage and trace.
[[nodiscard]] model::WriteAction plan_write(PartiqlStatement statement, const model::TableDefinition& table);

}  // namespace faasd::aws::dynamodb
