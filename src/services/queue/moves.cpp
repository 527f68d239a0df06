#include "services/queue/moves.hpp"

namespace faasd::queue {
namespace {

using Status = model::Move::Status;

constexpr std::int64_t most_kept = 10;  // of a source

#define FAASD_MOVE_COLUMNS \
    "id, source, destination, max_per_second, status, moved, to_move, last, started_at, failure"

StoredMove read_move(const storage::Statement& row) {
    StoredMove move;
    move.id = row.text(0);
    move.request.source = row.text(1);
    if (!row.is_null(2)) move.request.destination = row.text(2);
    if (!row.is_null(3)) move.request.max_per_second = static_cast<std::uint32_t>(row.integer(3));
    move.status = static_cast<Status>(row.integer(4));
    move.moved = static_cast<std::uint64_t>(row.integer(5));
    move.to_move = static_cast<std::uint64_t>(row.integer(6));
    move.last = row.integer(7);
    move.started_at = base::from_micros(row.integer(8));
    if (const auto failure = row.integer(9); failure != 0)
        move.failure = make_error_code(static_cast<model::QueueErrc>(failure));
    return move;
}

}  // namespace

std::optional<StoredMove> find_move(storage::Connection& connection, std::string_view id) {
    auto row = connection.prepare("SELECT " FAASD_MOVE_COLUMNS " FROM queue_moves WHERE id = ?");
    row.bind(1, id);
    if (!row.step()) return std::nullopt;
    return read_move(row);
}

std::vector<model::Move> moves_from(storage::Connection& connection, std::string_view source,
                                    std::size_t limit) {
    auto row = connection.prepare("SELECT " FAASD_MOVE_COLUMNS
                                  " FROM queue_moves WHERE source = ? ORDER BY number DESC LIMIT ?");
    row.bind(1, source).bind(2, static_cast<std::int64_t>(limit));
    std::vector<model::Move> moves;
    while (row.step())
        moves.push_back(read_move(row));
    return moves;
}

std::vector<std::string> running_moves(storage::Connection& connection) {
    auto row = connection.prepare("SELECT id FROM queue_moves WHERE status = ?");
    row.bind(1, static_cast<std::int64_t>(Status::running));
    std::vector<std::string> ids;
    while (row.step())
        ids.emplace_back(row.text(0));
    return ids;
}

bool is_moving(Work& work, std::string_view source) {
    auto row = work.connection().prepare("SELECT 1 FROM queue_moves WHERE source = ? AND status = ?");
    row.bind(1, source).bind(2, static_cast<std::int64_t>(Status::running));
    return row.step();
}

void add_move(Work& work, const StoredMove& move) {
    const auto& request = move.request;
    {
        auto row = work.connection().prepare(
            "INSERT INTO queue_moves(id, source, destination, max_per_second, status, to_move, last, "
            "started_at)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
        row.bind(1, std::string_view(move.id))
            .bind(2, std::string_view(request.source))
            .bind(5, static_cast<std::int64_t>(Status::running))
            .bind(6, static_cast<std::int64_t>(move.to_move))
            .bind(7, move.last)
            .bind(8, base::to_micros(move.started_at));
        if (request.destination) row.bind(3, std::string_view(*request.destination));
        if (request.max_per_second) row.bind(4, static_cast<std::int64_t>(*request.max_per_second));
        row.run();
    }
    work.connection()
        .prepare(
            "DELETE FROM queue_moves WHERE number IN"
            " (SELECT number FROM queue_moves WHERE source = ? ORDER BY number DESC LIMIT -1 OFFSET ?)")
        .bind(1, std::string_view(request.source))
        .bind(2, most_kept)
        .run();
}

void count_moved(Work& work, std::string_view id, std::uint64_t count) {
    work.connection()
        .prepare("UPDATE queue_moves SET moved = moved + ? WHERE id = ?")
        .bind(1, static_cast<std::int64_t>(count))
        .bind(2, id)
        .run();
}

void end_move(Work& work, std::string_view id, Status status, std::optional<model::QueueErrc> failure) {
    work.connection()
        .prepare("UPDATE queue_moves SET status = ?, failure = ? WHERE id = ?")
        .bind(1, static_cast<std::int64_t>(status))
        .bind(2, failure ? static_cast<std::int64_t>(*failure) : 0)
        .bind(3, id)
        .run();
}

}  // namespace faasd::queue
