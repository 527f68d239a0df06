// Keeps the secondary indexes of a table in step with its items.
#pragma once

#include "model/tables.hpp"
#include "services/table/schema.hpp"
#include "storage/statement.hpp"

namespace faasd::table {

// Moves the entries of one item from where `old_item` has them to where `new_item` has them; nullptr: no item.
void update_indexes(storage::Connection& connection, const TableSchema& schema, const RowKey& key,
                    const model::Item* old_item, const model::Item* new_item);

// Enters an item that was there before the index, unless it is in it already. One whose attribute can't be its key
// stays outside, as in DynamoDB's backfilling.
void enter_item(storage::Connection& connection, const IndexSchema& index, const RowKey& key, const model::Item& item);

}  // namespace faasd::table
