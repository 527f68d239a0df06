// GetItem: one item by its key.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/tables.hpp"
#include "services/table/catalog.hpp"
#include "storage/statement.hpp"

namespace faasd::table {

// TransactGetItems takes so many.
inline constexpr std::size_t kMaxGets = 100;

// On what the connection sees: its caller opens a snapshot where several reads must see one state. `size` is set to the
// item's, before its projection.
[[nodiscard]] base::Result<std::optional<model::Item>> get_item(storage::Connection& connection, Catalog& catalog,
                                                                const model::GetItem& request, base::TimePoint now,
                                                                std::uint64_t* size = nullptr);

}  // namespace faasd::table
