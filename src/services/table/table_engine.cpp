// The engine's life, its tables, and what it tells of their changes.
#include "services/table/table_engine.hpp"

#include <spdlog/spdlog.h>

#include "base/wait.hpp"
#include "services/table/core.hpp"
#include "services/table/layout.hpp"
#include "services/table/rows.hpp"

namespace faasd::table {

using base::Completion;
using base::Result;
using storage::Connection;

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
