// The arguments that table operations share, read once for all of them.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "control/item_json.hpp"
#include "control/operation_table.hpp"
#include "model/tables.hpp"

namespace faasd::control {

// Reads from a call, which must outlive it. What is wrong is thrown: to be used within with_items().
class TableCall {
  public:
    TableCall(model::Tables& tables, OperationCall& call);

    std::string table();
    model::Item item(const char* name);
    model::Item key();  // of the table that table() has read
    model::Item key_of(const std::string& table, const nlohmann::json& given);
    std::optional<model::Item> start_key();
    model::ExpressionNames names();
    [[nodiscard]] const ItemJson& items() const { return items_; }

  private:
    model::Tables& tables_;
    OperationCall& call_;
    ItemJson items_;
    std::string table_;
};

// Runs a handler, and turns what its reading threw into the call's failure.
[[nodiscard]] OperationHandler with_items(model::Tables& tables,
                                          void (*handler)(model::Tables&, OperationCall));

// table.batch_get, batch_write, transact_write
void add_table_batch_operations(OperationTable& table, model::Tables& tables);

}  // namespace faasd::control
