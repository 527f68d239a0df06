// Which tables there are.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "services/table/schema.hpp"
#include "storage/statement.hpp"

namespace faasd::table {

// Thread-safe; each call with a connection of its caller. The database is the truth: every look-up reads the
// table's version with the caller's own connection, so that it fits its snapshot or transaction, and a change that
// is rolled back leaves no trace. Only the parsed definitions are kept in memory.
class Catalog {
  public:
    // TableErrc::no_such_table, with DynamoDB's message for operations on items.
    [[nodiscard]] base::Result<SchemaPtr> find(storage::Connection& connection, std::string_view name);
    // nullptr where there is none (any more).
    [[nodiscard]] SchemaPtr find_by_id(storage::Connection& connection, std::int64_t id);
    [[nodiscard]] std::vector<std::string> list(storage::Connection& connection, bool hidden = false);
    // Tables that may be unfinished (TableSchema), and few others.
    [[nodiscard]] std::vector<std::int64_t> list_unfinished(storage::Connection& connection);

    // The rest within a write transaction. `save` inserts, or replaces the definition of the same id, and gives the
    // schema its new version.
    void save(storage::Connection& connection, TableSchema& schema);
    void erase(storage::Connection& connection, std::int64_t id);
    [[nodiscard]] std::int64_t new_id(storage::Connection& connection);

  private:
    [[nodiscard]] SchemaPtr load(storage::Connection& connection, std::int64_t id, std::int64_t version);

    std::mutex mutex_;
    std::unordered_map<std::int64_t, SchemaPtr> parsed_;  // by id; guarded by mutex_
};

}  // namespace faasd::table
