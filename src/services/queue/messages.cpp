#include "services/queue/messages.hpp"

#include "services/queue/content.hpp"
#include "services/queue/groups.hpp"

namespace faasd::queue {
namespace {

// What a receive rewrites with the row; longer contents stay where they are.
constexpr std::size_t max_inline_content = 1024;

#define FAASD_ROW_COLUMNS                                                                                   \
    "id, queue, visible_at, sent_at, first_received_at, receive_count, received_elsewhere, message_group, " \
    "content IS NULL"
#define FAASD_FULL_COLUMNS FAASD_ROW_COLUMNS ", source, uuid, content"

void read_row(const storage::Statement& s, Row& row) {
    row.id = s.integer(0);
    row.queue = s.integer(1);
    row.visible_at = base::from_micros(s.integer(2));
    row.sent_at = base::from_micros(s.integer(3));
    row.first_received_at = base::from_micros(s.integer(4));
    row.receive_count = s.integer(5);
    row.received_elsewhere = s.integer(6);
    if (!s.is_null(7)) row.group = s.integer(7);
    row.has_long_content = s.integer(8) != 0;
}

FullRow read_full_row(storage::Connection& connection, const storage::Statement& s) {
    FullRow row;
    read_row(s, row);
    auto& message = row.message;
    message.id = format_uuid(s.blob(10));
    if (row.has_long_content) {
        auto content = connection.prepare("SELECT content FROM message_contents WHERE id = ?");
        content.bind(1, row.id);
        content.step();
        row.content_bytes = content.blob(0).size();
        decode_content(content.blob(0), message);
    } else {
        row.content_bytes = s.blob(11).size();
        decode_content(s.blob(11), message);
    }
    if (!s.is_null(9)) message.system_attributes.emplace("DeadLetterQueueSourceArn", s.text(9));
    message.sent_at = row.sent_at;
    message.visible_at = row.visible_at;
    message.first_received_at = row.first_received_at;
    message.receive_count = static_cast<std::uint32_t>(row.receive_count);
    if (row.group) message.sequence_number = sequence_number(row.id);
    return row;
}

void renumber_content(storage::Connection& connection, std::int64_t from, std::int64_t to) {
    connection.prepare("UPDATE message_contents SET id = ? WHERE id = ?").bind(1, to).bind(2, from).run();
}

std::vector<FullRow> read_all(storage::Connection& connection, storage::Statement& statement,
                              std::size_t most_bytes = std::numeric_limits<std::size_t>::max()) {
    std::vector<FullRow> rows;
    std::size_t bytes = 0;
    while (bytes <= most_bytes && statement.step()) {
        rows.push_back(read_full_row(connection, statement));
        bytes += rows.back().content_bytes;
    }
    return rows;
}

}  // namespace

void add_message(Work& work, const NewMessage& message) {
    auto& connection = work.connection();
    const bool is_long = message.content.size() > max_inline_content;
    {
        auto row = connection.prepare(
            "INSERT INTO messages(id, queue, visible_at, sent_at, message_group, uuid, content) VALUES(?, ?, "
            "?, ?, ?, ?, ?)");
        row.bind(1, message.id)
            .bind(2, message.queue)
            .bind(3, base::to_micros(message.visible_at))
            .bind(4, base::to_micros(message.sent_at))
            .bind_blob(6, message.uuid);
        if (message.group) row.bind(5, *message.group);
        if (!is_long) row.bind_blob(7, message.content);
        row.run();
    }
    if (is_long) {
        connection.prepare("INSERT INTO message_contents(id, content) VALUES(?, ?)")
            .bind(1, message.id)
            .bind_blob(2, message.content)
            .run();
    }
    work.add_to_total(message.queue, 1);
}

std::vector<FullRow> visible_messages(Work& work, std::int64_t queue, std::size_t limit) {
    auto statement = work.connection().prepare("SELECT " FAASD_FULL_COLUMNS
                                               " FROM messages INDEXED BY messages_by_visibility WHERE queue "
                                               "= ? AND visible_at <= ? ORDER BY visible_at LIMIT ?");
    statement.bind(1, queue).bind(2, base::to_micros(work.now())).bind(3, static_cast<std::int64_t>(limit));
    return read_all(work.connection(), statement);
}

std::vector<FullRow> visible_messages_until(Work& work, std::int64_t queue, std::int64_t last,
                                            std::size_t limit, std::size_t most_bytes) {
    auto statement = work.connection().prepare("SELECT " FAASD_FULL_COLUMNS
                                               " FROM messages INDEXED BY messages_by_visibility WHERE queue "
                                               "= ? AND visible_at <= ? AND id <= ? ORDER BY visible_at "
                                               "LIMIT ?");
    statement.bind(1, queue)
        .bind(2, base::to_micros(work.now()))
        .bind(3, last)
        .bind(4, static_cast<std::int64_t>(limit));
    return read_all(work.connection(), statement, most_bytes);
}

std::vector<FullRow> messages_of_group(Work& work, std::int64_t group, std::size_t limit,
                                       std::size_t most_bytes) {
    auto statement = work.connection().prepare(
        "SELECT " FAASD_FULL_COLUMNS
        " FROM messages INDEXED BY messages_of_group WHERE message_group = ? ORDER BY id LIMIT ?");
    statement.bind(1, group).bind(2, static_cast<std::int64_t>(limit));
    return read_all(work.connection(), statement, most_bytes);
}

std::vector<FullRow> oldest_messages(storage::Connection& connection, std::int64_t queue,
                                     base::TimePoint after, std::size_t limit,
                                     std::size_t most_bytes) {
    auto statement = connection.prepare(
        "SELECT " FAASD_FULL_COLUMNS
        " FROM messages INDEXED BY messages_by_age WHERE queue = ? AND sent_at > ? ORDER BY sent_at LIMIT ?");
    statement.bind(1, queue).bind(2, base::to_micros(after)).bind(3, static_cast<std::int64_t>(limit));
    return read_all(connection, statement, most_bytes);
}

std::optional<Row> find_message(Work& work, std::int64_t queue, std::int64_t id) {
    auto statement = work.connection().prepare("SELECT " FAASD_ROW_COLUMNS " FROM messages WHERE id = ?");
    statement.bind(1, id);
    if (!statement.step() || statement.integer(1) != queue) return std::nullopt;
    Row row;
    read_row(statement, row);
    return row;
}

std::optional<FullRow> find_full_message(Work& work, std::int64_t queue, std::int64_t id) {
    auto statement = work.connection().prepare("SELECT " FAASD_FULL_COLUMNS " FROM messages WHERE id = ?");
    statement.bind(1, id);
    if (!statement.step() || statement.integer(1) != queue) return std::nullopt;
    return read_full_row(work.connection(), statement);
}

void lease_message(Work& work, const Row& row, base::TimePoint until, bool internal) {
    const bool is_first = row.receive_count == 0;
    work.connection()
        .prepare(
            "UPDATE messages SET visible_at = ?, receive_count = ?, first_received_at = ?, internal = ? "
            "WHERE id = ?")
        .bind(1, base::to_micros(until))
        .bind(2, row.receive_count + 1)
        .bind(3, base::to_micros(is_first ? work.now() : row.first_received_at))
        .bind(4, static_cast<std::int64_t>(internal))
        .bind(5, row.id)
        .run();
    if (row.group) work.touch_group(*row.group);
}

void set_visible_at(Work& work, const Row& row, base::TimePoint at) {
    work.connection()
        .prepare("UPDATE messages SET visible_at = ? WHERE id = ?")
        .bind(1, base::to_micros(at))
        .bind(2, row.id)
        .run();
    if (row.group) work.touch_group(*row.group);
}

void remove_message(Work& work, const Row& row) {
    auto& connection = work.connection();
    connection.prepare("DELETE FROM messages WHERE id = ?").bind(1, row.id).run();
    if (row.has_long_content)
        connection.prepare("DELETE FROM message_contents WHERE id = ?").bind(1, row.id).run();
    work.add_to_total(row.queue, -1);
    if (row.group) work.touch_group(*row.group);
}

bool remove_plain_message(Work& work, std::int64_t queue, std::int64_t id) {
    auto& connection = work.connection();
    connection
        .prepare("DELETE FROM messages WHERE id = ? AND +queue = ? AND content IS NOT NULL AND message_group IS NULL")
        .bind(1, id)
        .bind(2, queue)
        .run();
    if (connection.changes() == 0) return false;
    work.add_to_total(queue, -1);
    return true;
}

void redrive_message(Work& work, const FullRow& row, const Definition& from, const Definition& to) {
    auto& connection = work.connection();
    const std::int64_t id = work.core().ids.next(work.transaction());
    std::optional<std::int64_t> group;
    if (to.attributes.fifo) group = find_or_add_group(connection, to.id, row.message.group_id, work.now());
    if (row.has_long_content) renumber_content(connection, row.id, id);
    {
        auto update = connection.prepare(
            "UPDATE messages SET id = ?1, queue = ?2, visible_at = ?3, sent_at = ?3, message_group = ?4, uuid = ?5,"
            " receive_count = 0, received_elsewhere = 0, first_received_at = 0, internal = 0, source = NULL WHERE id "
            "= ?6");
        const std::string uuid = new_uuid();
        update.bind(1, id).bind(2, to.id).bind(3, base::to_micros(work.now())).bind_blob(5, uuid).bind(6, row.id);
        if (group) update.bind(4, *group);
        update.run();
    }
    work.add_to_total(from.id, -1);
    work.add_to_total(to.id, 1);
    if (row.group) work.touch_group(*row.group);
}

void move_message(Work& work, const FullRow& row, const Definition& from, const Definition& to) {
    auto& connection = work.connection();
    std::int64_t id = row.id;
    auto sent_at = row.sent_at;
    std::optional<std::int64_t> group;
    if (to.attributes.fifo) {
        id = work.core().ids.next(work.transaction());
        sent_at = work.now();
        group = find_or_add_group(connection, to.id, row.message.group_id, work.now());
        if (row.has_long_content) renumber_content(connection, row.id, id);
    }
    {
        auto update = connection.prepare(
            "UPDATE messages SET id = ?, queue = ?, visible_at = ?, sent_at = ?, received_elsewhere = "
            "receive_count,"
            " internal = 0, message_group = ?, source = ? WHERE id = ?");
        update.bind(1, id)
            .bind(2, to.id)
            .bind(3, base::to_micros(work.now()))
            .bind(4, base::to_micros(sent_at))
            .bind(6, std::string_view(from.name))
            .bind(7, row.id);
        if (group) update.bind(5, *group);
        update.run();
    }
    work.add_to_total(from.id, -1);
    work.add_to_total(to.id, 1);
    if (row.group) work.touch_group(*row.group);
}

std::vector<Row> oldest_rows(Work& work, std::int64_t queue, base::TimePoint until, std::int64_t last,
                             std::size_t limit) {
    auto statement = work.connection().prepare("SELECT " FAASD_ROW_COLUMNS
                                               " FROM messages INDEXED BY messages_by_age WHERE queue = ? "
                                               "AND sent_at <= ? AND id <= ? ORDER BY sent_at LIMIT ?");
    statement.bind(1, queue)
        .bind(2, base::to_micros(until))
        .bind(3, last)
        .bind(4, static_cast<std::int64_t>(limit));
    std::vector<Row> rows;
    while (statement.step())
        read_row(statement, rows.emplace_back());
    return rows;
}

std::optional<base::TimePoint> next_visible_message(storage::Connection& connection, std::int64_t queue,
                                                    base::TimePoint after) {
    auto row = connection.prepare(
        "SELECT visible_at FROM messages INDEXED BY messages_by_visibility"
        " WHERE queue = ? AND visible_at > ? ORDER BY visible_at LIMIT 1");
    row.bind(1, queue).bind(2, base::to_micros(after));
    if (!row.step()) return std::nullopt;
    return base::from_micros(row.integer(0));
}

std::optional<base::TimePoint> oldest_sent_at(storage::Connection& connection, std::int64_t queue) {
    auto row = connection.prepare(
        "SELECT sent_at FROM messages INDEXED BY messages_by_age WHERE queue = ? ORDER BY sent_at LIMIT 1");
    row.bind(1, queue);
    if (!row.step()) return std::nullopt;
    return base::from_micros(row.integer(0));
}

std::int64_t count_visible(storage::Connection& connection, std::int64_t queue, base::TimePoint now) {
    auto row = connection.prepare(
        "SELECT (SELECT total FROM queue_totals WHERE queue = ?1) - (SELECT count(*) FROM messages INDEXED BY "
        "messages_by_visibility WHERE queue = ?1 AND visible_at > ?2)");
    row.bind(1, queue).bind(2, base::to_micros(now));
    row.step();
    return row.integer(0);
}

std::int64_t count_in_flight(storage::Connection& connection, std::int64_t queue, base::TimePoint now) {
    auto row = connection.prepare(
        "SELECT count(*) FROM messages INDEXED BY messages_by_visibility"
        " WHERE queue = ? AND visible_at > ? AND receive_count > 0");
    row.bind(1, queue).bind(2, base::to_micros(now));
    row.step();
    return row.integer(0);
}

std::string sequence_number(std::int64_t id) {
    std::string digits = std::to_string(id);
    return '1' + std::string(19 - digits.size(), '0') + digits;
}

}  // namespace faasd::queue
