#include "services/table/administration.hpp"

#include <algorithm>
#include <array>

#include "services/table/definition_check.hpp"
#include "services/table/expiry.hpp"
#include "services/table/rows.hpp"

namespace faasd::table {

namespace {

using base::Error;
using base::Result;

Error no_such_table(std::string_view name) {
    return {model::TableErrc::no_such_table, "Requested resource not found: Table: " + std::string(name) + " not found"};
}

void mark_dropped(storage::Connection& connection, std::int64_t id) {
    auto row = connection.prepare("INSERT INTO table_dropped (id) VALUES (?1)");
    row.bind(1, id).run();
}

// A table that takes the name of a removed one goes on above its sequence, so that a reader of the old stream
// does not skip records of the new one.
std::uint64_t sequence_floor(storage::Connection& connection) {
    auto row = connection.prepare("SELECT value FROM table_meta WHERE name = 'sequence_floor'");
    return row.step() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}
void raise_sequence_floor(storage::Connection& connection, std::uint64_t sequence) {
    auto row = connection.prepare(
        "INSERT INTO table_meta (name, value) VALUES ('sequence_floor', ?1) "
        "ON CONFLICT (name) DO UPDATE SET value = max(value, ?1)");
    row.bind(1, static_cast<std::int64_t>(sequence)).run();
}

// The index whose entries serve `wanted` as they are: the projection is applied on reading.
const IndexSchema* with_same_entries(const TableSchema& schema, const model::IndexDefinition& wanted) {
    const IndexSchema* index = schema.find_index(wanted.name);
    return index && index->definition.key == wanted.key ? index : nullptr;
}

void apply_indexes(storage::Connection& connection, Catalog& catalog, const TableSchema& before, TableSchema& after) {
    after.indexes.clear();
    std::vector<std::int64_t> kept;
    for (const model::IndexDefinition& wanted : after.definition.indexes) {
        const IndexSchema* known = with_same_entries(before, wanted);
        if (known) kept.push_back(known->id);
        after.indexes.push_back({.id = known ? known->id : catalog.new_id(connection),
                                 .definition = wanted,
                                 .is_building = known ? known->is_building : true});
    }
    for (const IndexSchema& index : before.indexes) {
        if (std::ranges::find(kept, index.id) == kept.end()) mark_dropped(connection, index.id);
    }
}

std::optional<std::int64_t> unfinished(const TableSchema& schema) {
    return schema.is_unfinished() ? std::optional(schema.id) : std::nullopt;
}

// Precondition: the definition was checked.
Result<std::optional<std::int64_t>> bring_to(storage::Connection& connection, Catalog& catalog,
                                             const TableSchema& before, model::TableDefinition definition,
                                             base::TimePoint now) {
    if (before.definition == definition) return unfinished(before);
    if (auto ok = check_key_unchanged(before.definition, definition); !ok) return ok.error();

    TableSchema after = before;
    after.definition = std::move(definition);
    apply_indexes(connection, catalog, before, after);
    if (after.definition.ttl_attribute != before.definition.ttl_attribute) {
        after.ttl_change = catalog.new_id(connection);
    }
    if (after.definition.stream != before.definition.stream) {
        after.stream_since = now;
        after.stream_start = read_counters(connection, before.id).sequence;
    }
    catalog.save(connection, after);
    return unfinished(after);
}

// The three below remove the first `limit` rows of an id, and are true while there are more. They find the row after
// those and delete up to it: a DELETE of a list of keys would walk through all rows of the id.

bool purge_items(storage::Connection& connection, std::int64_t id, std::uint32_t limit) {
    RowKey end;
    bool more = false;
    {
        auto row = connection.prepare(
            "SELECT hash, range FROM table_items WHERE table_id = ?1 ORDER BY hash, range LIMIT 1 OFFSET ?2");
        row.bind(1, id).bind(2, std::int64_t{limit});
        more = row.step();
        if (more) end = {.hash = std::string(row.blob(0)), .range = std::string(row.blob(1))};
    }
    auto rows = more ? connection.prepare("DELETE FROM table_items WHERE table_id = ?1 AND (hash, range) < (?2, ?3)")
                     : connection.prepare("DELETE FROM table_items WHERE table_id = ?1");
    rows.bind(1, id);
    if (more) rows.bind_blob(2, end.hash).bind_blob(3, end.range);
    rows.run();
    return more;
}

bool purge_entries(storage::Connection& connection, std::int64_t id, std::uint32_t limit) {
    std::array<std::string, 4> end;
    bool more = false;
    {
        auto row = connection.prepare(
            "SELECT hash, range, item_hash, item_range FROM table_index_entries WHERE index_id = ?1 "
            "ORDER BY hash, range, item_hash, item_range LIMIT 1 OFFSET ?2");
        row.bind(1, id).bind(2, std::int64_t{limit});
        more = row.step();
        for (int i = 0; more && i < 4; ++i) end[static_cast<std::size_t>(i)] = row.blob(i);
    }
    auto rows = more ? connection.prepare("DELETE FROM table_index_entries WHERE index_id = ?1 "
                                          "AND (hash, range, item_hash, item_range) < (?2, ?3, ?4, ?5)")
                     : connection.prepare("DELETE FROM table_index_entries WHERE index_id = ?1");
    rows.bind(1, id);
    for (int i = 0; more && i < 4; ++i) rows.bind_blob(i + 2, end[static_cast<std::size_t>(i)]);
    rows.run();
    return more;
}

bool purge_changes(storage::Connection& connection, std::int64_t id, std::uint32_t limit) {
    auto rows = connection.prepare(
        "DELETE FROM table_changes WHERE (table_id, sequence) IN (SELECT table_id, sequence "
        "FROM table_changes WHERE table_id = ?1 ORDER BY sequence LIMIT ?2)");
    rows.bind(1, id).bind(2, std::int64_t{limit}).run();
    return static_cast<std::uint32_t>(connection.changes()) == limit;
}

}  // namespace

Result<> create_table(storage::Connection& connection, Catalog& catalog, model::TableDefinition definition,
                      base::TimePoint now) {
    if (auto ok = check_definition(definition); !ok) return ok;
    if (catalog.find(connection, definition.name)) {
        return Error(model::TableErrc::table_exists, "Table already exists: " + definition.name);
    }
    TableSchema schema;
    schema.id = catalog.new_id(connection);
    schema.created_at = now;
    for (const model::IndexDefinition& index : definition.indexes) {
        schema.indexes.push_back({.id = catalog.new_id(connection), .definition = index});
    }
    schema.definition = std::move(definition);
    schema.stream_since = now;
    schema.stream_start = sequence_floor(connection);
    catalog.save(connection, schema);
    create_counters(connection, schema.id, schema.stream_start);
    return {};
}

Result<std::optional<std::int64_t>> ensure_table(storage::Connection& connection, Catalog& catalog,
                                                 model::TableDefinition definition, base::TimePoint now) {
    if (auto ok = check_definition(definition); !ok) return ok.error();
    const auto found = catalog.find(connection, definition.name);
    if (!found) {
        if (auto ok = create_table(connection, catalog, std::move(definition), now); !ok) return ok.error();
        return std::optional<std::int64_t>{};
    }
    definition.settings = (*found)->definition.settings;
    definition.deletion_protection = (*found)->definition.deletion_protection;
    return bring_to(connection, catalog, **found, std::move(definition), now);
}

Result<std::optional<std::int64_t>> alter_table(storage::Connection& connection, Catalog& catalog,
                                                std::string_view name, DefinitionChange& change, base::TimePoint now) {
    const auto found = catalog.find(connection, name);
    if (!found) return no_such_table(name);
    model::TableDefinition definition = (*found)->definition;
    if (auto ok = change(definition); !ok) return ok.error();
    definition.name = (*found)->definition.name;
    if (auto ok = check_definition(definition); !ok) return ok.error();
    return bring_to(connection, catalog, **found, std::move(definition), now);
}

Result<std::optional<std::int64_t>> copy_table(storage::Connection& connection, Catalog& catalog,
                                               std::string_view from, DefinitionChange& prepare, base::TimePoint now) {
    const auto found = catalog.find(connection, from);
    if (!found) return no_such_table(from);
    const TableSchema& source = **found;
    model::TableDefinition definition = source.definition;
    if (auto ok = prepare(definition); !ok) return ok.error();
    if (auto ok = check_key_unchanged(source.definition, definition); !ok) return ok.error();
    const std::string name = definition.name;
    if (auto ok = create_table(connection, catalog, std::move(definition), now); !ok) return ok.error();
    TableSchema copy = **catalog.find(connection, name);
    {
        auto rows = connection.prepare(
            "INSERT INTO table_items (table_id, hash, range, size, expires_at, item) "
            "SELECT ?1, hash, range, size, NULL, item FROM table_items "
            "WHERE table_id = ?2 AND (expires_at IS NULL OR expires_at > ?3) ORDER BY hash, range");
        rows.bind(1, copy.id).bind(2, source.id).bind(3, seconds_of(now)).run();
    }
    {
        auto sum = connection.prepare("SELECT count(*), coalesce(sum(size), 0) FROM table_items WHERE table_id = ?1");
        sum.bind(1, copy.id);
        if (sum.step()) count(connection, copy.id, sum.integer(0), sum.integer(1));
    }
    for (IndexSchema& index : copy.indexes) index.is_building = true;
    if (!copy.definition.ttl_attribute.empty()) copy.ttl_change = catalog.new_id(connection);
    catalog.save(connection, copy);
    return unfinished(copy);
}

Result<> remove_table(storage::Connection& connection, Catalog& catalog, std::string_view name) {
    const auto schema = catalog.find(connection, name);
    if (!schema) return no_such_table(name);
    if ((*schema)->definition.deletion_protection) {
        return Error(model::TableErrc::deletion_protected,
                     "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                     "protection first.");
    }
    raise_sequence_floor(connection, read_counters(connection, (*schema)->id).sequence);
    for (const IndexSchema& index : (*schema)->indexes) mark_dropped(connection, index.id);
    mark_dropped(connection, (*schema)->id);
    erase_counters(connection, (*schema)->id);
    catalog.erase(connection, (*schema)->id);
    return {};
}

Result<model::TableInfo> info_of(storage::Connection& connection, Catalog& catalog, std::string_view name) {
    const Snapshot snapshot(connection);
    const auto schema = catalog.find(connection, name);
    if (!schema) return no_such_table(name);
    return info_within(connection, **schema);
}

model::TableInfo info_within(storage::Connection& connection, const TableSchema& schema) {
    const Counters counters = read_counters(connection, schema.id);
    model::TableInfo info{.definition = schema.definition,
                          .created_at = schema.created_at,
                          .items = counters.items,
                          .bytes = counters.bytes};
    for (const IndexSchema& index : schema.indexes) {
        if (index.is_building) info.building.insert(index.definition.name);
    }
    if (schema.definition.stream != model::StreamView::none) {
        info.stream_since = schema.stream_since;
        info.stream_start = schema.stream_start;
    }
    return info;
}

bool purge_dropped(storage::Connection& connection, std::uint32_t limit) {
    std::int64_t id = 0;
    {
        auto dropped = connection.prepare("SELECT id FROM table_dropped ORDER BY id LIMIT 1");
        if (!dropped.step()) return false;
        id = dropped.integer(0);
    }
    // Tables and indexes share one sequence of ids, so an id has rows in the tables of its own kind only.
    if (purge_items(connection, id, limit) || purge_changes(connection, id, limit) ||
        purge_entries(connection, id, limit)) {
        return true;
    }
    auto done = connection.prepare("DELETE FROM table_dropped WHERE id = ?1");
    done.bind(1, id).run();
    return true;
}

}  // namespace faasd::table
