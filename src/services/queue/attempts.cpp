#include "services/queue/attempts.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "services/queue/limits.hpp"
#include "services/queue/messages.hpp"

namespace faasd::queue {
namespace {

struct Attempt {
    std::int64_t id = 0;
    base::TimePoint received_at{}, visible_at{};
    std::vector<std::pair<std::int64_t, std::int64_t>> messages;  // id and receive count
};

std::optional<Attempt> find(Work& work, std::int64_t queue, std::string_view attempt) {
    auto row = work.connection().prepare(
        "SELECT id, received_at, visible_at, messages FROM receive_attempts WHERE queue = ? AND attempt = ? "
        "AND "
        "expires_at > ?");
    row.bind(1, queue).bind(2, attempt).bind(3, base::to_micros(work.now()));
    if (!row.step()) return std::nullopt;
    return Attempt{row.integer(0), base::from_micros(row.integer(1)), base::from_micros(row.integer(2)),
                   base::parse_stored_json(row.text(3))};
}

std::vector<FullRow> untouched(Work& work, std::int64_t queue, const Attempt& attempt) {
    std::vector<FullRow> rows;
    for (const auto& [id, receive] : attempt.messages) {
        auto row = find_full_message(work, queue, id);
        if (!row || row->receive_count != receive || row->visible_at != attempt.visible_at ||
            row->visible_at <= work.now()) {
            return {};
        }
        rows.push_back(std::move(*row));
    }
    return rows;
}

}  // namespace

bool repeat_attempt(Work& work, const Definition& queue, const std::string& attempt, base::TimePoint until,
                    std::vector<model::Message>& into) {
    if (attempt.empty()) return false;
    const auto known = find(work, queue.id, attempt);
    if (!known) return false;
    auto rows = untouched(work, queue.id, *known);
    if (rows.empty()) return false;
    for (FullRow& row : rows) {
        set_visible_at(work, row, until);
        row.message.receipt_handle =
            work.core().receipts.issue({queue.id, row.id, row.receive_count, known->received_at});
        into.push_back(std::move(row.message));
    }
    work.connection()
        .prepare("UPDATE receive_attempts SET visible_at = ? WHERE id = ?")
        .bind(1, base::to_micros(until))
        .bind(2, known->id)
        .run();
    return true;
}

void remember_attempt(Work& work, const Definition& queue, const std::string& attempt, base::TimePoint until,
                      const std::vector<Receipt>& received) {
    if (attempt.empty() || received.empty()) return;
    nlohmann::json messages = nlohmann::json::array();
    for (const Receipt& one : received)
        messages.push_back({one.message, one.receive});
    auto& connection = work.connection();
    // Two old ones go for each new one, so the table stays as short as five minutes are.
    connection
        .prepare(
            "DELETE FROM receive_attempts WHERE id IN"
            " (SELECT id FROM receive_attempts WHERE expires_at <= ? ORDER BY expires_at LIMIT 2)")
        .bind(1, base::to_micros(work.now()))
        .run();
    connection
        .prepare(
            "INSERT OR REPLACE INTO receive_attempts(queue, attempt, expires_at, received_at, visible_at, "
            "messages)"
            " VALUES(?, ?, ?, ?, ?, ?)")
        .bind(1, queue.id)
        .bind(2, std::string_view(attempt))
        .bind(3, base::to_micros(work.now() + deduplication_interval))
        .bind(4, base::to_micros(work.now()))
        .bind(5, base::to_micros(until))
        .bind(6, std::string_view(base::to_text(messages)))
        .run();
}

}  // namespace faasd::queue
