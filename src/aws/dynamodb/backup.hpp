// A backup: a hidden table with the items of one moment, and with what their table was like in its settings.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "aws/dynamodb/operation.hpp"
#include "model/tables.hpp"

namespace faasd::aws::dynamodb {

struct BackupRef {
    TableRef table;  // that it was made of
    std::string id;
    [[nodiscard]] std::string arn() const { return table.arn() + "/backup/" + id; }
    [[nodiscard]] std::string engine() const;  // the hidden table's name
};
// nullopt for what is none.
[[nodiscard]] std::optional<BackupRef> parse_backup_arn(std::string_view arn);
[[nodiscard]] std::optional<BackupRef> backup_of_engine_name(const Scope& scope, std::string_view name);

// The definition of a table becomes that of its backup: no index, no stream, nothing expires.
void become_backup(model::TableDefinition& definition, const BackupRef& backup, const std::string& name,
                   const model::TableInfo& table);
// And back, but for the name: without stream, time to live, tags and protection, as DynamoDB restores it.
void become_restored(model::TableDefinition& definition);
[[nodiscard]] std::string backup_name(const model::TableDefinition& backup);

[[nodiscard]] nlohmann::json backup_details(const BackupRef& backup, const model::TableInfo& info);
[[nodiscard]] nlohmann::json describe_backup(const BackupRef& backup, const model::TableInfo& info, std::string_view status);

}  // namespace faasd::aws::dynamodb
