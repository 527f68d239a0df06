// A table as DescribeTable shows it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "aws/dynamodb/operation.hpp"
#include "aws/dynamodb/table_settings.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

// `status` is what the operation that asks says of the table and of what it has just begun to build: "CREATING", …
[[nodiscard]] nlohmann::json describe_table(const TableRef& table, const model::TableInfo& info, std::string_view status);

[[nodiscard]] std::string table_id(const TableRef& table, const model::TableInfo& info);
// Of the stream that the table has now.
[[nodiscard]] std::string stream_arn(const TableRef& table, const model::TableInfo& info);
[[nodiscard]] std::string_view view_name(model::StreamView view);
[[nodiscard]] nlohmann::json key_schema_json(const model::KeySchema& key);
[[nodiscard]] nlohmann::json projection_json(const model::IndexDefinition& index);
[[nodiscard]] nlohmann::json attribute_definitions_json(const model::TableDefinition& table);

[[nodiscard]] double seconds_since_epoch(base::TimePoint time);

}  // namespace faasd::aws::dynamodb
