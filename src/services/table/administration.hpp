// Creating, changing and removing tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/tables.hpp"
#include "services/table/catalog.hpp"
#include "storage/statement.hpp"

namespace faasd::table {

// All within a write transaction, but info_of on a snapshot of its own. The definitions are checked.

[[nodiscard]] base::Result<> create_table(storage::Connection& connection, Catalog& catalog,
                                          model::TableDefinition definition, base::TimePoint now);

// Creates it, or brings the table of that name to the definition; dropped indexes are marked. The table's id where
// something is left to do for the items that are there already (rebuild.hpp): a new index is not to be read from
// until then, another TTL attribute holds for new writes only.
[[nodiscard]] base::Result<std::optional<std::int64_t>> ensure_table(storage::Connection& connection,
                                                                     Catalog& catalog,
                                                                     model::TableDefinition definition,
                                                                     base::TimePoint now);

// The same for what `change` makes of the definition of the table of that name.
using DefinitionChange = base::UniqueFunction<base::Result<>(model::TableDefinition&)>;
[[nodiscard]] base::Result<std::optional<std::int64_t>> alter_table(storage::Connection& connection, Catalog& catalog,
                                                                    std::string_view name, DefinitionChange& change,
                                                                    base::TimePoint now);

// Creates a table with the items of another that have not expired. The table's id where its indexes are to be built.
[[nodiscard]] base::Result<std::optional<std::int64_t>> copy_table(storage::Connection& connection, Catalog& catalog,
                                                                   std::string_view from, DefinitionChange& prepare,
                                                                   base::TimePoint now);

// The table is gone at once; its rows are purged later, piece by piece (purge_dropped).
[[nodiscard]] base::Result<> remove_table(storage::Connection& connection, Catalog& catalog, std::string_view name);

[[nodiscard]] base::Result<model::TableInfo> info_of(storage::Connection& connection, Catalog& catalog,
                                                     std::string_view name);
// The same within a write transaction. The table exists.
[[nodiscard]] model::TableInfo info_within(storage::Connection& connection, const TableSchema& schema);

// Removes at most `limit` rows of dropped tables and indexes. True while there are more.
[[nodiscard]] bool purge_dropped(storage::Connection& connection, std::uint32_t limit);

}  // namespace faasd::table
