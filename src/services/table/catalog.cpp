#include "services/table/catalog.hpp"

#include <optional>
#include <utility>

#include "base/random.hpp"
#include "services/table/definition_json.hpp"

namespace faasd::table {

base::Result<SchemaPtr> Catalog::find(storage::Connection& connection, std::string_view name) {
    std::optional<std::pair<std::int64_t, std::int64_t>> found;
    {
        auto row = connection.prepare("SELECT id, version FROM table_definitions WHERE name = ?1");
        row.bind(1, name);
        if (row.step()) found.emplace(row.integer(0), row.integer(1));
    }
    SchemaPtr schema = found ? load(connection, found->first, found->second) : nullptr;
    if (!schema) return base::Error(model::TableErrc::no_such_table, "Requested resource not found");
    return schema;
}

SchemaPtr Catalog::find_by_id(storage::Connection& connection, std::int64_t id) {
    std::int64_t version = 0;
    {
        auto row = connection.prepare("SELECT version FROM table_definitions WHERE id = ?1");
        row.bind(1, id);
        if (!row.step()) return nullptr;
        version = row.integer(0);
    }
    return load(connection, id, version);
}

SchemaPtr Catalog::load(storage::Connection& connection, std::int64_t id, std::int64_t version) {
    {
        std::lock_guard lock(mutex_);
        const auto known = parsed_.find(id);
        if (known != parsed_.end() && known->second->version == version) return known->second;
    }
    auto row = connection.prepare("SELECT version, name, definition, created_at FROM table_definitions WHERE id = ?1");
    row.bind(1, id);
    // A caller that reads without a snapshot may see the table go between the two statements.
    if (!row.step()) return nullptr;
    auto schema = std::make_shared<TableSchema>();
    schema->id = id;
    schema->version = row.integer(0);
    schema->definition.name = row.text(1);
    schema->created_at = base::from_micros(row.integer(3));
    definition_from_json(row.text(2), *schema);
    std::lock_guard lock(mutex_);
    parsed_[id] = schema;
    return schema;
}

std::vector<std::string> Catalog::list(storage::Connection& connection, bool hidden) {
    std::vector<std::string> names;
    auto row = connection.prepare("SELECT name FROM table_definitions WHERE (substr(name, 1, 1) = '$') = ?1 ORDER BY name");
    row.bind(1, std::int64_t{hidden});
    while (row.step()) names.emplace_back(row.text(0));
    return names;
}

std::vector<std::int64_t> Catalog::list_unfinished(storage::Connection& connection) {
    std::vector<std::int64_t> ids;
    // By the text alone: a start with thousands of tables must not parse them all.
    auto row = connection.prepare(
        "SELECT id FROM table_definitions WHERE instr(definition, '\"building\"') OR instr(definition, '\"ttl_change\"')");
    while (row.step()) ids.push_back(row.integer(0));
    return ids;
}

void Catalog::save(storage::Connection& connection, TableSchema& schema) {
    schema.version = static_cast<std::int64_t>(base::random_u64() >> 1);
    const std::string json = definition_to_json(schema);
    auto row = connection.prepare(
        "INSERT INTO table_definitions (id, name, version, definition, created_at) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (id) DO UPDATE SET version = ?3, definition = ?4");
    row.bind(1, schema.id).bind(2, std::string_view(schema.definition.name)).bind(3, schema.version);
    row.bind(4, std::string_view(json)).bind(5, base::to_micros(schema.created_at));
    row.run();
}

void Catalog::erase(storage::Connection& connection, std::int64_t id) {
    auto row = connection.prepare("DELETE FROM table_definitions WHERE id = ?1");
    row.bind(1, id).run();
    std::lock_guard lock(mutex_);
    parsed_.erase(id);
}

std::int64_t Catalog::new_id(storage::Connection& connection) {
    auto row = connection.prepare(
        "INSERT INTO table_meta (name, value) VALUES ('last_id', 1) "
        "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value");
    row.step();
    return row.integer(0);
}

}  // namespace faasd::table
