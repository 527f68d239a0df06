// The engine's items: how they are read and written, one by one and together.
#include "items/attribute_value.hpp"
#include "services/table/core.hpp"
#include "services/table/get.hpp"
#include "services/table/query.hpp"
#include "services/table/rows.hpp"
#include "services/table/transaction_writer.hpp"

namespace faasd::table {

using namespace items;

using base::Completion;
using base::Result;
using model::Item;
using storage::Connection;

Result<std::optional<Item>> TableEngine::get(const model::GetItem& request) {
    return core_->read<std::optional<Item>>([&](Connection& connection) {
        return get_item(connection, core_->catalog, request, core_->clock.now());
    });
}

Result<std::vector<std::optional<Item>>> TableEngine::get_many(const std::vector<model::GetItem>& requests) {
    using Items = std::vector<std::optional<Item>>;
    if (requests.size() > kMaxGets) {
        return validation_error(
            "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have "
            "length less than or equal to " + std::to_string(kMaxGets));
    }
    return core_->read<Items>([&](Connection& connection) -> Result<Items> {
        const base::TimePoint now = core_->clock.now();
        const Snapshot snapshot(connection);
        Items items;
        std::uint64_t bytes = 0;
        for (const model::GetItem& request : requests) {
            std::uint64_t size = 0;
            auto item = get_item(connection, core_->catalog, request, now, &size);
            if (!item) return item.error();
            bytes += size;
            if (bytes > kMaxTransactionBytes)
                return validation_error("Transaction request cannot exceed 4 MB: the items that this one reads have more");
            items.push_back(std::move(*item));
        }
        return items;
    });
}

Result<model::Page> TableEngine::query(const model::Query& request) {
    return core_->read<model::Page>([&](Connection& connection) {
        return table::query(connection, core_->catalog, request, core_->clock.now());
    });
}

Result<model::Page> TableEngine::scan(const model::Scan& request) {
    return core_->read<model::Page>([&](Connection& connection) {
        return table::scan(connection, core_->catalog, request, core_->clock.now());
    });
}

void TableEngine::put(model::PutItem request, Completion<std::optional<Item>> done) {
    core_->write_one(std::move(request), std::move(done));
}

void TableEngine::update(model::UpdateItem request, Completion<std::optional<Item>> done) {
    core_->write_one(std::move(request), std::move(done));
}

void TableEngine::remove_item(model::DeleteItem request, Completion<std::optional<Item>> done) {
    core_->write_one(std::move(request), std::move(done));
}

void TableEngine::batch_write(std::vector<model::WriteAction> actions, Completion<std::vector<Result<>>> done) {
    auto prepared = prepare_batch(std::move(actions));
    if (!prepared) {
        done(prepared.error());
        return;
    }
    core_->write_items<std::vector<Result<>>>(
        [writes = std::move(*prepared)](Connection&, ItemWriter& writer) -> Result<std::vector<Result<>>> {
            if (auto ok = run_batch(writer, writes); !ok) return ok.error();
            return std::vector<Result<>>(writes.size());
        },
        std::move(done));
}

void TableEngine::transact_write(std::vector<model::WriteAction> actions, std::string token, Completion<> done) {
    auto prepared = prepare_transaction(std::move(actions), std::move(token));
    if (!prepared) {
        done(prepared.error());
        return;
    }
    core_->write_items<bool>(
        [core = core_.get(), transaction = std::move(*prepared)](Connection& connection,
                                                                 ItemWriter& writer) -> Result<bool> {
            if (auto ok = run_transaction(connection, writer, transaction, core->clock.now()); !ok) return ok.error();
            return true;
        },
        [done = std::move(done)](Result<bool> result) mutable {
            if (!result) {
                done(result.error());
            } else {
                done(Result<>{});
            }
        });
}

}  // namespace faasd::table
