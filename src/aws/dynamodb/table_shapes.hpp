// The parts of requests about tables that several operations have, and what they mean to the engine.
#pragma once

#include <string>
#include <vector>

#include "aws/dynamodb/input.hpp"
#include "aws/dynamodb/shape.hpp"
#include "aws/dynamodb/table_settings.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

[[nodiscard]] Shape attribute_definitions_shape();
[[nodiscard]] Shape key_schema_shape();
[[nodiscard]] Shape projection_shape();
[[nodiscard]] Shape throughput_shape();
[[nodiscard]] Shape stream_specification_shape();
[[nodiscard]] Shape encryption_shape();
[[nodiscard]] Shape on_demand_shape();
[[nodiscard]] Shape tags_shape();
[[nodiscard]] Shape local_indexes_shape();
[[nodiscard]] Shape global_indexes_shape();

// AttributeDefinitions, by name.
using KeyTypes = std::vector<model::KeyAttribute>;
[[nodiscard]] KeyTypes key_types_of(const Input& definitions);
// Throws what DynamoDB refuses a key schema for.
[[nodiscard]] model::KeySchema key_schema_of(const Input& schema, const KeyTypes& types);
[[nodiscard]] model::IndexDefinition index_of_input(const Input& index, const KeyTypes& types, bool local);
// The lists of CreateTable and of a restore. `table` has its key.
void add_local_indexes(const Input& indexes, const KeyTypes& types, model::TableDefinition& table);
void add_global_indexes(const Input& indexes, const KeyTypes& types, bool on_demand, model::TableDefinition& table,
                        TableSettings& settings);
// How many global indexes a table may have, and what they and local ones project.
void check_index_limits(const model::TableDefinition& table);
// Every attribute that is defined is a key of something.
void check_all_used(const KeyTypes& types, const model::TableDefinition& table);

[[nodiscard]] Throughput throughput_of_input(const Input& throughput);  // throws where a value is out of bounds
[[nodiscard]] model::StreamView stream_of(const Input& specification);
[[nodiscard]] std::string encryption_of(const Input& specification);
[[nodiscard]] std::string on_demand_of(const Input& limits);
void add_tags(const Input& tags, TableSettings& settings);

}  // namespace faasd::aws::dynamodb
