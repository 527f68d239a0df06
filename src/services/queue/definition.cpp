#include "services/queue/definition.hpp"

#include "services/queue/attributes.hpp"

namespace faasd::queue {
namespace {

DefinitionPtr read_definition(const storage::Statement& row) {
    auto definition = std::make_shared<Definition>();
    definition->id = row.integer(0);
    definition->name = row.text(1);
    definition->attributes = attributes_from_json(row.text(2));
    definition->created_at = base::from_micros(row.integer(3));
    definition->modified_at = base::from_micros(row.integer(4));
    definition->purged_at = base::from_micros(row.integer(5));
    return definition;
}

std::vector<DefinitionPtr> read_definitions(storage::Statement row) {
    std::vector<DefinitionPtr> definitions;
    while (row.step())
        definitions.push_back(read_definition(row));
    return definitions;
}

}  // namespace

DefinitionPtr load_definition(storage::Connection& connection, std::string_view name) {
    auto row = connection.prepare(
        "SELECT id, name, attributes, created_at, modified_at, purged_at FROM queues WHERE name = ?");
    row.bind(1, name);
    return row.step() ? read_definition(row) : nullptr;
}

std::vector<DefinitionPtr> load_definitions(storage::Connection& connection) {
    return read_definitions(connection.prepare(
        "SELECT id, name, attributes, created_at, modified_at, purged_at FROM queues"
        " WHERE name IS NOT NULL ORDER BY name"));
}

std::vector<DefinitionPtr> load_filled_definitions(storage::Connection& connection) {
    return read_definitions(connection.prepare(
        "SELECT id, name, attributes, created_at, modified_at, purged_at FROM queues"
        " WHERE name IS NOT NULL AND id IN (SELECT queue FROM queue_totals WHERE total > 0)"));
}

std::vector<std::string> sources_of(storage::Connection& connection, std::string_view name) {
    std::vector<std::string> sources;
    for (const auto& queue : load_definitions(connection)) {
        const auto& redrive = queue->attributes.redrive;
        if (redrive && redrive->dead_letter_queue == name) sources.push_back(queue->name);
    }
    return sources;
}

DefinitionPtr Registry::find(model::Transaction& transaction, std::string_view name) {
    auto& connection = storage::connection_of(transaction);
    if (!*settled_) {
        transaction.after_commit([settled = settled_] { *settled = true; });
        return load_definition(connection, name);
    }
    if (const auto found = known_.find(name); found != known_.end()) return found->second;
    auto loaded = load_definition(connection, name);
    if (loaded) known_.emplace(name, loaded);
    return loaded;
}

void Registry::about_to_change() {
    known_.clear();
    *settled_ = false;
}

base::Error no_such_queue(std::string_view name) {
    return {model::QueueErrc::no_such_queue, "there is no queue " + std::string(name)};
}

}  // namespace faasd::queue
