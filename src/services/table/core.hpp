// What the operations of the engine share: how they read, write, and tell who waits.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/table/administration.hpp"
#include "services/table/catalog.hpp"
#include "services/table/change_log.hpp"
#include "services/table/expiry.hpp"
#include "services/table/item_writer.hpp"
#include "services/table/maintenance.hpp"
#include "services/table/prepared_write.hpp"
#include "services/table/rebuild.hpp"
#include "services/table/table_engine.hpp"

namespace faasd::table {

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
    void write_items(Job job, base::Completion<T> done) {
        auto value = std::make_shared<T>();
        store.write(
            [self = shared_from_this(), value, job = std::move(job)](model::Transaction& transaction) -> base::Result<> {
                ItemWriter writer(storage::connection_of(transaction), self->catalog, self->clock.now());
                auto result = job(storage::connection_of(transaction), writer);
                if (!result) return result.error();
                *value = std::move(*result);
                self->announce(transaction, writer);
                return {};
            },
            [value, done = std::move(done)](base::Result<> result) mutable {
                if (!result) {
                    done(result.error());
                } else {
                    done(std::move(*value));
                }
            });
    }

    template <class Request>
    void write_one(Request request, base::Completion<std::optional<model::Item>> done) {
        auto prepared = prepare(std::move(request));
        if (!prepared) {
            done(prepared.error());
            return;
        }
        write_items<std::optional<model::Item>>(
            [write = std::move(*prepared)](storage::Connection&,
                                           ItemWriter& writer) -> base::Result<std::optional<model::Item>> {
                auto planned = writer.check(write);
                if (!planned) return planned.error();
                writer.apply(*planned);
                return std::move(planned->returned);
            },
            std::move(done));
    }

    // A change of the tables themselves; what it leaves to clean up is done right after it.
    template <class Job>
    void administrate(Job job, base::Completion<> done) {
        store.write(
            [self = shared_from_this(), job = std::move(job)](model::Transaction& transaction) mutable -> base::Result<> {
                const base::TimePoint now = self->clock.now();
                if (auto ok = job(storage::connection_of(transaction), self->catalog, now); !ok) return ok;
                transaction.after_commit([self, now] { self->maintenance->wake_at(now); });
                return {};
            },
            std::move(done));
    }

    // A change that may leave something to build, which nobody waits for. `job` says which table it is about.
    template <class Job>
    void reshape(Job job, base::Completion<model::TableInfo> done) {
        struct Reached {
            std::optional<std::int64_t> unfinished;
            model::TableInfo info;
        };
        auto reached = std::make_shared<Reached>();
        administrate(
            [reached, job = std::move(job)](storage::Connection& connection, Catalog& of,
                                            base::TimePoint now) mutable -> base::Result<> {
                std::string name;
                auto table = job(connection, of, now, name);
                if (!table) return table.error();
                reached->unfinished = *table;
                const auto schema = of.find(connection, name);
                if (!schema) return schema.error();
                reached->info = info_within(connection, **schema);
                return {};
            },
            [self = shared_from_this(), reached, done = std::move(done)](base::Result<> result) mutable {
                if (!result) return done(result.error());
                if (reached->unfinished) self->rebuilds->start(*reached->unfinished, {});
                done(std::move(reached->info));
            });
    }

    template <class T, class Read>
    base::Result<T> read(Read read_with) {
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

}  // namespace faasd::table
