#include "services/table/table_engine.hpp"

#include <mutex>

#include <spdlog/spdlog.h>

#include "base/wait.hpp"
#include "services/table/administration.hpp"
#include "services/table/catalog.hpp"
#include "services/table/change_log.hpp"
#include "services/table/expiry.hpp"
#include "services/table/get.hpp"
#include "services/table/item_writer.hpp"
#include "services/table/layout.hpp"
#include "services/table/maintenance.hpp"
#include "services/table/query.hpp"
#include "services/table/rebuild.hpp"
#include "services/table/transaction_writer.hpp"
#include "items/attribute_value.hpp"

namespace faasd::table {

using namespace items;

using base::Completion;
using base::Result;
using model::Item;
using storage::Connection;

// Shared with the jobs and timers that are under way.
struct TableEngine::Core : std::enable_shared_from_this<TableEngine::Core> {
    Core(storage::Store& the_store, const base::Clock& the_clock) : store(the_store), clock(the_clock) {}

    storage::Store& store;
    const base::Clock& clock;
    Catalog catalog;
    std::shared_ptr<Maintenance> maintenance;
    std::shared_ptr<Rebuilds> rebuilds;
    std::mutex mutex;
    std::vector<std::function<void(std::string_view)>> listeners;  // guarded by mutex

    void notify(const std::set<std::string>& tables) {
        std::vector<std::function<void(std::string_view)>> told;
        {
            std::lock_guard lock(mutex);
            told = listeners;
        }
        for (const auto& listener : told) {
            for (const std::string& table : tables) listener(table);
        }
    }

    // After the commit: wakes who waits for changes, and the sweep where an item expires before it looks again.
    void announce(model::Transaction& transaction, const ItemWriter& writer) {
        if (writer.changed_tables().empty() && !writer.earliest_expiry()) return;
        std::optional<base::TimePoint> due;
        if (writer.earliest_expiry()) due = due_time(*writer.earliest_expiry());
        const bool changed = !writer.changed_tables().empty();
        transaction.after_commit([self = shared_from_this(), tables = writer.changed_tables(), due, changed] {
            if (due) self->maintenance->wake_at(*due);
            if (!changed) return;
            self->maintenance->wake_at(self->clock.now() + kChangesKept);
            self->notify(tables);
        });
    }

    // Runs `job` with an ItemWriter in the store and hands its value to `done` after the commit.
    template <class T, class Job>
    void write_items(Job job, Completion<T> done) {
        auto value = std::make_shared<T>();
        store.write(
            [self = shared_from_this(), value, job = std::move(job)](model::Transaction& transaction) -> Result<> {
                ItemWriter writer(storage::connection_of(transaction), self->catalog, self->clock.now());
                auto result = job(storage::connection_of(transaction), writer);
                if (!result) return result.error();
                *value = std::move(*result);
                self->announce(transaction, writer);
                return {};
            },
            [value, done = std::move(done)](Result<> result) mutable {
                if (!result) {
                    done(result.error());
                } else {
                    done(std::move(*value));
                }
            });
    }

    template <class Request>
    void write_one(Request request, Completion<std::optional<Item>> done) {
        auto prepared = prepare(std::move(request));
        if (!prepared) {
            done(prepared.error());
            return;
        }
        write_items<std::optional<Item>>(
            [write = std::move(*prepared)](Connection&, ItemWriter& writer) -> Result<std::optional<Item>> {
                auto planned = writer.check(write);
                if (!planned) return planned.error();
                writer.apply(*planned);
                return std::move(planned->returned);
            },
            std::move(done));
    }

    // A change of the tables themselves; what it leaves to clean up is done right after it.
    template <class Job>
    void administrate(Job job, Completion<> done) {
        store.write(
            [self = shared_from_this(), job = std::move(job)](model::Transaction& transaction) mutable -> Result<> {
                const base::TimePoint now = self->clock.now();
                if (auto ok = job(storage::connection_of(transaction), self->catalog, now); !ok) return ok;
                transaction.after_commit([self, now] { self->maintenance->wake_at(now); });
                return {};
            },
            std::move(done));
    }

    // A change that may leave something to build, which nobody waits for. `job` says which table it is about.
    template <class Job>
    void reshape(Job job, Completion<model::TableInfo> done) {
        struct Reached {
            std::optional<std::int64_t> unfinished;
            model::TableInfo info;
        };
        auto reached = std::make_shared<Reached>();
        administrate(
            [reached, job = std::move(job)](Connection& connection, Catalog& of, base::TimePoint now) mutable -> Result<> {
                std::string name;
                auto table = job(connection, of, now, name);
                if (!table) return table.error();
                reached->unfinished = *table;
                const auto schema = of.find(connection, name);
                if (!schema) return schema.error();
                reached->info = info_within(connection, **schema);
                return {};
            },
            [self = shared_from_this(), reached, done = std::move(done)](Result<> result) mutable {
                if (!result) return done(result.error());
                if (reached->unfinished) self->rebuilds->start(*reached->unfinished, {});
                done(std::move(reached->info));
            });
    }

    template <class T, class Read>
    Result<T> read(Read read_with) {
        try {
            auto reader = store.read();
            return read_with(reader.connection());
        } catch (const storage::StoreError& error) {
            return error.to_error();
        } catch (const std::exception& error) {
            return base::Error(std::make_error_code(std::errc::io_error),
                               std::string("a table cannot be read: ") + error.what());
        }
    }
};

TableEngine::TableEngine(storage::Store& store, const base::Clock& clock, base::Timers& timers)
    : core_(std::make_shared<Core>(store, clock)) {
    store.migrate(kLayout);
    core_->maintenance = std::make_shared<Maintenance>(
        store, clock, timers, core_->catalog,
        [weak = std::weak_ptr<Core>(core_)](const std::set<std::string>& tables) {
            if (const auto core = weak.lock()) core->notify(tables);
        });
    core_->maintenance->wake_at(clock.now());
    core_->rebuilds = std::make_shared<Rebuilds>(store, clock, core_->catalog,
                                                 [maintenance = core_->maintenance, &clock] {
                                                     maintenance->wake_at(clock.now());  // items may have expired
                                                 });
    core_->rebuilds->resume();
}

TableEngine::~TableEngine() {
    core_->maintenance->stop();
    core_->rebuilds->stop();
    // Jobs run in order: once this one has, nothing refers to the store, the clock or the timers any more.
    const auto drained = base::wait_for<void>([&](Completion<> done) {
        core_->store.write([](model::Transaction&) -> Result<> { return {}; }, std::move(done));
    });
    if (!drained) spdlog::warn("tables: the store failed while the engine was shut down: {}", drained.error().message);
}

void TableEngine::create(model::TableDefinition definition, Completion<> done) {
    core_->administrate(
        [definition = std::move(definition)](Connection& connection, Catalog& catalog, base::TimePoint now) {
            return create_table(connection, catalog, definition, now);
        },
        std::move(done));
}

void TableEngine::ensure(model::TableDefinition definition, Completion<> done) {
    auto unfinished = std::make_shared<std::optional<std::int64_t>>();
    core_->administrate(
        [definition = std::move(definition), unfinished](Connection& connection, Catalog& catalog,
                                                         base::TimePoint now) -> Result<> {
            auto table = ensure_table(connection, catalog, definition, now);
            if (!table) return table.error();
            *unfinished = *table;
            return {};
        },
        [core = core_, unfinished, done = std::move(done)](Result<> result) mutable {
            if (!result || !*unfinished) return done(std::move(result));
            core->rebuilds->start(**unfinished, std::move(done));
        });
}

void TableEngine::alter(std::string table, DefinitionChange change, Completion<model::TableInfo> done) {
    core_->reshape(
        [table = std::move(table), change = std::move(change)](Connection& connection, Catalog& catalog,
                                                               base::TimePoint now, std::string& name) mutable {
            name = table;
            return alter_table(connection, catalog, table, change, now);
        },
        std::move(done));
}

void TableEngine::copy(std::string from, DefinitionChange prepare, Completion<model::TableInfo> done) {
    core_->reshape(
        [from = std::move(from), prepare = std::move(prepare)](Connection& connection, Catalog& catalog,
                                                               base::TimePoint now, std::string& name) mutable {
            DefinitionChange named = [&](model::TableDefinition& definition) -> Result<> {
                if (auto ok = prepare(definition); !ok) return ok;
                name = definition.name;
                return {};
            };
            return copy_table(connection, catalog, from, named, now);
        },
        std::move(done));
}

void TableEngine::remove(std::string table, Completion<> done) {
    core_->administrate(
        [table = std::move(table)](Connection& connection, Catalog& catalog, base::TimePoint) {
            return remove_table(connection, catalog, table);
        },
        std::move(done));
}

Result<model::TableInfo> TableEngine::info(std::string_view table) {
    return core_->read<model::TableInfo>(
        [&](Connection& connection) { return info_of(connection, core_->catalog, table); });
}

std::vector<std::string> TableEngine::list() {
    auto names = core_->read<std::vector<std::string>>(
        [&](Connection& connection) -> Result<std::vector<std::string>> { return core_->catalog.list(connection); });
    if (names) return std::move(*names);
    spdlog::error("tables: they cannot be listed: {}", names.error().message);
    return {};
}

std::vector<std::string> TableEngine::list_hidden() {
    auto names = core_->read<std::vector<std::string>>([&](Connection& connection) -> Result<std::vector<std::string>> {
        return core_->catalog.list(connection, true);
    });
    if (names) return std::move(*names);
    spdlog::error("tables: they cannot be listed: {}", names.error().message);
    return {};
}

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

Result<std::vector<model::ChangeRecord>> TableEngine::changes(std::string_view table, std::uint64_t after,
                                                              std::uint32_t limit) {
    using Records = std::vector<model::ChangeRecord>;
    return core_->read<Records>([&](Connection& connection) -> Result<Records> {
        const Snapshot snapshot(connection);
        const auto schema = core_->catalog.find(connection, table);
        if (!schema) return schema.error();
        return read_changes(connection, **schema, after, limit, core_->clock.now());
    });
}

Result<std::uint64_t> TableEngine::latest_change(std::string_view table) {
    return core_->read<std::uint64_t>([&](Connection& connection) -> Result<std::uint64_t> {
        const Snapshot snapshot(connection);
        const auto schema = core_->catalog.find(connection, table);
        if (!schema) return schema.error();
        return read_counters(connection, (*schema)->id).sequence;
    });
}

void TableEngine::on_change(std::function<void(std::string_view table)> listener) {
    std::lock_guard lock(core_->mutex);
    core_->listeners.push_back(std::move(listener));
}

}  // namespace faasd::table
