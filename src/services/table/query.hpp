// Query and scan of a table or of one of its indexes.
// Source: API Reference, Query and Scan; Developer Guide, "Querying tables", "Scanning tables".
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/tables.hpp"
#include "services/table/catalog.hpp"
#include "storage/statement.hpp"

namespace faasd::table {

// On a snapshot of the connection's own.
[[nodiscard]] base::Result<model::Page> query(storage::Connection& connection, Catalog& catalog, model::Query request,
                                              base::TimePoint now);

// Items come ordered by the bytes of their hash key, then by range key; of an index, by its key.
[[nodiscard]] base::Result<model::Page> scan(storage::Connection& connection, Catalog& catalog, model::Scan request,
                                             base::TimePoint now);

}  // namespace faasd::table
