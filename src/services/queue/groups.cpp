#include "services/queue/groups.hpp"

#include <algorithm>

namespace faasd::queue {

std::int64_t find_or_add_group(storage::Connection& connection, std::int64_t queue, std::string_view name,
                               base::TimePoint visible_at) {
    {
        auto row = connection.prepare("SELECT id FROM message_groups WHERE queue = ? AND name = ?");
        row.bind(1, queue).bind(2, name);
        if (row.step()) return row.integer(0);
    }
    connection.prepare("INSERT INTO message_groups(queue, name, available_at) VALUES(?, ?, ?)")
        .bind(1, queue)
        .bind(2, name)
        .bind(3, base::to_micros(visible_at))
        .run();
    return connection.last_insert_rowid();
}

std::vector<std::int64_t> available_groups(storage::Connection& connection, std::int64_t queue,
                                           base::TimePoint now, std::size_t limit) {
    auto row = connection.prepare(
        "SELECT id FROM message_groups WHERE queue = ? AND available_at <= ? ORDER BY available_at LIMIT ?");
    row.bind(1, queue).bind(2, base::to_micros(now)).bind(3, static_cast<std::int64_t>(limit));
    std::vector<std::int64_t> groups;
    while (row.step())
        groups.push_back(row.integer(0));
    return groups;
}

std::vector<std::int64_t> available_groups_until(storage::Connection& connection, std::int64_t queue,
                                                 base::TimePoint now, std::int64_t last, std::size_t limit) {
    auto row = connection.prepare(
        "SELECT id FROM message_groups g WHERE queue = ? AND available_at <= ? AND "
        "(SELECT id FROM messages INDEXED BY messages_of_group WHERE message_group = g.id ORDER BY id LIMIT 1) "
        "<= ? ORDER BY available_at LIMIT ?");
    row.bind(1, queue).bind(2, base::to_micros(now)).bind(3, last).bind(4, static_cast<std::int64_t>(limit));
    std::vector<std::int64_t> groups;
    while (row.step())
        groups.push_back(row.integer(0));
    return groups;
}

void refresh_group(storage::Connection& connection, std::int64_t group, base::TimePoint now) {
    std::int64_t in_flight_until = 0;
    std::int64_t first_visible_at = 0;
    bool is_empty = true;
    {
        // Messages are received from the front, so behind the first that never was there is none in flight.
        auto row = connection.prepare(
            "SELECT visible_at, receive_count - received_elsewhere FROM messages WHERE message_group = ? "
            "ORDER BY id");
        row.bind(1, group);
        while (row.step()) {
            const std::int64_t visible_at = row.integer(0);
            const bool was_received = row.integer(1) > 0;
            if (std::exchange(is_empty, false)) first_visible_at = visible_at;
            if (!was_received) break;
            in_flight_until = std::max(in_flight_until, visible_at);
        }
    }
    if (is_empty) {
        connection.prepare("DELETE FROM message_groups WHERE id = ?").bind(1, group).run();
        return;
    }
    connection.prepare("UPDATE message_groups SET available_at = ? WHERE id = ?")
        .bind(1, std::max({in_flight_until, first_visible_at, base::to_micros(now)}))
        .bind(2, group)
        .run();
}

std::optional<base::TimePoint> next_available_group(storage::Connection& connection, std::int64_t queue,
                                                    base::TimePoint after) {
    auto row = connection.prepare(
        "SELECT available_at FROM message_groups WHERE queue = ? AND available_at > ? ORDER BY available_at "
        "LIMIT 1");
    row.bind(1, queue).bind(2, base::to_micros(after));
    if (!row.step()) return std::nullopt;
    return base::from_micros(row.integer(0));
}

}  // namespace faasd::queue
