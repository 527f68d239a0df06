// The table engine: DynamoDB's semantics over the store.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "model/tables.hpp"
#include "storage/store.hpp"

namespace faasd::table {

// Thread-safe. Store, clock and timers must outlive it. Its tables, items, streams and tokens are in the store and
// are there again in the next engine over it.
//
// What differs from DynamoDB, on purpose:
// - an expired item is never returned by any read nor seen by any condition, and is removed within a second;
// - every read is strongly consistent, through indexes too;
// - ensure() may add and remove local indexes.
class TableEngine final : public model::Tables {
  public:
    TableEngine(storage::Store& store, const base::Clock& clock, base::Timers& timers);
    // Waits for the writes that were handed in. Nothing runs afterwards. Not on the store's writer thread.
    ~TableEngine() override;

    void create(model::TableDefinition definition, base::Completion<> done) override;
    void ensure(model::TableDefinition definition, base::Completion<> done) override;
    void alter(std::string table, base::UniqueFunction<base::Result<>(model::TableDefinition&)> change,
               base::Completion<model::TableInfo> done) override;
    void copy(std::string from, base::UniqueFunction<base::Result<>(model::TableDefinition&)> prepare,
              base::Completion<model::TableInfo> done) override;
    void remove(std::string table, base::Completion<> done) override;
    base::Result<model::TableInfo> info(std::string_view table) override;
    std::vector<std::string> list() override;
    std::vector<std::string> list_hidden() override;

    base::Result<std::optional<model::Item>> get(const model::GetItem& request) override;
    base::Result<model::Page> query(const model::Query& request) override;
    base::Result<model::Page> scan(const model::Scan& request) override;
    base::Result<std::vector<std::optional<model::Item>>> get_many(const std::vector<model::GetItem>& requests) override;

    void put(model::PutItem request, base::Completion<std::optional<model::Item>> done) override;
    void update(model::UpdateItem request, base::Completion<std::optional<model::Item>> done) override;
    void remove_item(model::DeleteItem request, base::Completion<std::optional<model::Item>> done) override;
    void batch_write(std::vector<model::WriteAction> actions,
                     base::Completion<std::vector<base::Result<>>> done) override;
    void transact_write(std::vector<model::WriteAction> actions, std::string token, base::Completion<> done) override;

    base::Result<std::vector<model::ChangeRecord>> changes(std::string_view table, std::uint64_t after,
                                                           std::uint32_t limit) override;
    base::Result<std::uint64_t> latest_change(std::string_view table) override;
    // Listeners add up. Add them before the first write.
    void on_change(std::function<void(std::string_view table)> listener) override;

  private:
    struct Core;
    const std::shared_ptr<Core> core_;
};

}  // namespace faasd::table
