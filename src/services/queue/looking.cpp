// What people and programs can see of a queue without changing it.
#include <algorithm>

#include <spdlog/spdlog.h>

#include "services/queue/engine.hpp"
#include "services/queue/messages.hpp"
#include "services/queue/moves.hpp"

namespace faasd::queue {
namespace {

// What people look at is not more than this, and a message.
constexpr std::size_t kMostPeekedBytes = 16 << 20;

// The backlog is counted as it grows; only what is not visible, and what is expired but not removed yet, is
// counted here, in the indexes.
void count(storage::Connection& connection, const Definition& queue, base::TimePoint now,
           model::QueueInfo& info) {
    std::int64_t total = 0;
    std::int64_t not_visible = 0;
    std::int64_t in_flight = 0;
    std::int64_t expired = 0;
    {
        auto row = connection.prepare("SELECT total FROM queue_totals WHERE queue = ?");
        row.bind(1, queue.id);
        if (row.step()) total = row.integer(0);
    }
    {
        auto row = connection.prepare(
            "SELECT count(*), coalesce(sum(receive_count > 0), 0) FROM messages INDEXED BY "
            "messages_by_visibility"
            " WHERE queue = ? AND visible_at > ?");
        row.bind(1, queue.id).bind(2, base::to_micros(now));
        row.step();
        not_visible = row.integer(0);
        in_flight = row.integer(1);
    }
    {
        auto row = connection.prepare(
            "SELECT count(*) FROM messages INDEXED BY messages_by_age WHERE queue = ? AND sent_at <= ?");
        row.bind(1, queue.id).bind(2, base::to_micros(now - queue.attributes.retention));
        row.step();
        expired = row.integer(0);
    }
    info.in_flight = static_cast<std::uint64_t>(in_flight);
    info.delayed = static_cast<std::uint64_t>(not_visible - in_flight);
    info.visible = static_cast<std::uint64_t>(std::max<std::int64_t>(0, total - not_visible - expired));
}

base::Result<model::QueueInfo> look_at(QueueEngine::Core& core, std::string_view name) {
    auto reader = core.store.read();
    reader.begin();
    const auto queue = load_definition(reader.connection(), name);
    if (!queue) return no_such_queue(name);
    model::QueueInfo info;
    info.name = queue->name;
    info.attributes = queue->attributes;
    info.created_at = queue->created_at;
    info.modified_at = queue->modified_at;
    const auto now = core.clock.now();
    count(reader.connection(), *queue, now, info);
    const auto oldest = oldest_messages(reader.connection(), queue->id, now - queue->attributes.retention, 1,
                                        kMostPeekedBytes);
    if (!oldest.empty()) info.oldest_sent_at = oldest.front().sent_at;
    return info;
}

base::Result<std::vector<std::string>> names_of(QueueEngine::Core& core, std::string_view prefix) {
    auto reader = core.store.read();
    auto row = reader->prepare(
        "SELECT name FROM queues WHERE name IS NOT NULL AND substr(CAST(name AS BLOB), 1, length(CAST(?1 AS "
        "BLOB)))"
        " = CAST(?1 AS BLOB) ORDER BY name");
    row.bind(1, prefix);
    std::vector<std::string> names;
    while (row.step())
        names.emplace_back(row.text(0));
    return names;
}

base::Result<std::vector<model::Message>> messages_of(QueueEngine::Core& core, std::string_view queue,
                                                       std::uint32_t limit) {
    auto reader = core.store.read();
    reader.begin();
    const auto definition = load_definition(reader.connection(), queue);
    if (!definition) return no_such_queue(queue);
    std::vector<model::Message> messages;
    for (auto& row : oldest_messages(reader.connection(), definition->id,
                                     core.clock.now() - definition->attributes.retention, limit,
                                     kMostPeekedBytes)) {
        messages.push_back(std::move(row.message));
    }
    return messages;
}

// A look at the store, whose refusal (no descriptor is left, say) is a result as any other.
template <class Look>
auto guarded(Look&& look) -> decltype(look()) {
    try {
        return look();
    } catch (const storage::StoreError& error) {
        return error.to_error();
    }
}

}  // namespace

base::Result<model::QueueInfo> QueueEngine::info(std::string_view name) {
    return guarded([&] { return look_at(*core_, name); });
}

base::Result<model::QueueAttributes> QueueEngine::attributes(std::string_view name) {
    return guarded([&]() -> base::Result<model::QueueAttributes> {
        auto reader = core_->store.read();
        const auto queue = load_definition(reader.connection(), name);
        if (!queue) return no_such_queue(name);
        return queue->attributes;
    });
}

base::Result<std::vector<std::string>> QueueEngine::redrive_sources(std::string_view name) {
    return guarded([&]() -> base::Result<std::vector<std::string>> {
        auto reader = core_->store.read();
        reader.begin();
        if (!load_definition(reader.connection(), name)) return no_such_queue(name);
        return sources_of(reader.connection(), name);
    });
}

base::Result<std::vector<model::Move>> QueueEngine::moves(std::string_view source, std::size_t limit) {
    return guarded([&]() -> base::Result<std::vector<model::Move>> {
        auto reader = core_->store.read();
        reader.begin();
        if (!load_definition(reader.connection(), source)) return no_such_queue(source);
        return moves_from(reader.connection(), source, limit);
    });
}

std::vector<std::string> QueueEngine::list(std::string_view prefix) {
    auto names = guarded([&] { return names_of(*core_, prefix); });
    if (names) return std::move(*names);
    spdlog::error("queues: they cannot be listed: {}", names.error().message);
    return {};
}

base::Result<std::vector<model::Message>> QueueEngine::peek(std::string_view queue, std::uint32_t limit) {
    return guarded([&] { return messages_of(*core_, queue, limit); });
}

}  // namespace faasd::queue
