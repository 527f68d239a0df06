#include "services/queue/deduplication.hpp"

#include "services/queue/limits.hpp"

namespace faasd::queue {

std::optional<Original> find_original(Work& work, std::int64_t queue, std::string_view scope,
                                      std::string_view id) {
    auto row = work.connection().prepare(
        "SELECT uuid, message FROM message_deduplication WHERE queue = ? AND scope = ? AND key = ? AND "
        "expires_at > ?");
    row.bind(1, queue).bind(2, scope).bind(3, id).bind(4, base::to_micros(work.now()));
    if (!row.step()) return std::nullopt;
    return Original{std::string(row.blob(0)), row.integer(1)};
}

void remember_original(Work& work, std::int64_t queue, std::string_view scope, std::string_view id,
                       const Original& original) {
    auto& connection = work.connection();
    // Two old ones go for each new one, so the table stays as short as five minutes are.
    connection
        .prepare(
            "DELETE FROM message_deduplication WHERE id IN"
            " (SELECT id FROM message_deduplication WHERE expires_at <= ? ORDER BY expires_at LIMIT 2)")
        .bind(1, base::to_micros(work.now()))
        .run();
    connection
        .prepare(
            "INSERT OR REPLACE INTO message_deduplication(queue, scope, key, expires_at, uuid, message)"
            " VALUES(?, ?, ?, ?, ?, ?)")
        .bind(1, queue)
        .bind(2, scope)
        .bind(3, id)
        .bind(4, base::to_micros(work.now() + deduplication_interval))
        .bind_blob(5, original.uuid)
        .bind(6, original.message)
        .run();
}

}  // namespace faasd::queue
