// The rows of messages: added, found, leased, moved and removed. Only for jobs.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/queue/work.hpp"

namespace faasd::queue {

struct Row {
    std::int64_t id = 0;
    std::int64_t queue = 0;
    base::TimePoint visible_at{}, sent_at{}, first_received_at{};
    std::int64_t receive_count = 0;
    std::int64_t received_elsewhere = 0;
    std::optional<std::int64_t> group;
    bool has_long_content = false;
};

struct NewMessage {
    std::int64_t id = 0;
    std::int64_t queue = 0;
    base::TimePoint visible_at{}, sent_at{};
    std::optional<std::int64_t> group;
    std::string_view uuid, content;
};
void add_message(Work& work, const NewMessage& message);

// A row with its message; without a receipt handle.
struct FullRow : Row {
    model::Message message;
    std::size_t content_bytes = 0;  // as it is stored
};
// Visible ones, those that became visible first in front.
[[nodiscard]] std::vector<FullRow> visible_messages(Work& work, std::int64_t queue, std::size_t limit);
// Those of them with an id of at most `last`, until their contents have more than so many bytes.
[[nodiscard]] std::vector<FullRow> visible_messages_until(Work& work, std::int64_t queue, std::int64_t last,
                                                          std::size_t limit, std::size_t most_bytes);
[[nodiscard]] std::vector<FullRow> messages_of_group(
    Work& work, std::int64_t group, std::size_t limit,
    std::size_t most_bytes = std::numeric_limits<std::size_t>::max());
// In order of age, sent after `after`, until their contents have more than so many bytes.
[[nodiscard]] std::vector<FullRow> oldest_messages(storage::Connection& connection, std::int64_t queue,
                                                   base::TimePoint after, std::size_t limit,
                                                   std::size_t most_bytes);

[[nodiscard]] std::optional<Row> find_message(Work& work, std::int64_t queue, std::int64_t id);
[[nodiscard]] std::optional<FullRow> find_full_message(Work& work, std::int64_t queue, std::int64_t id);

void lease_message(Work& work, const Row& row, base::TimePoint until, bool internal);
void set_visible_at(Work& work, const Row& row, base::TimePoint at);
void remove_message(Work& work, const Row& row);
// The quick way, in one statement, for a message that is a row alone and in no group. False: it is not such a one, or gone.
[[nodiscard]] bool remove_plain_message(Work& work, std::int64_t queue, std::int64_t id);
// To the dead-letter queue, visible there at once. A standard queue keeps id and time of sending, so that
// retention goes on; on a FIFO queue both are renewed (Developer Guide, "Using dead-letter queues").
void move_message(Work& work, const FullRow& row, const Definition& from, const Definition& to);
// Out of the dead-letter queue, as a new message that was never received (Developer Guide, "Configure a dead-letter
// queue redrive"): id, time of sending and message id are new.
void redrive_message(Work& work, const FullRow& row, const Definition& from, const Definition& to);

// Rows of the queue sent at or before `until` with an id of at most `last`: the oldest, for removal.
[[nodiscard]] std::vector<Row> oldest_rows(Work& work, std::int64_t queue, base::TimePoint until,
                                           std::int64_t last, std::size_t limit);
[[nodiscard]] std::optional<base::TimePoint> next_visible_message(storage::Connection& connection,
                                                                  std::int64_t queue, base::TimePoint after);
[[nodiscard]] std::optional<base::TimePoint> oldest_sent_at(storage::Connection& connection,
                                                            std::int64_t queue);
// What has come into the queue and is not hidden.
[[nodiscard]] std::int64_t count_visible(storage::Connection& connection, std::int64_t queue, base::TimePoint now);
[[nodiscard]] std::int64_t count_in_flight(storage::Connection& connection, std::int64_t queue,
                                           base::TimePoint now);

// 20 digits, increasing with the id.
[[nodiscard]] std::string sequence_number(std::int64_t id);

}  // namespace faasd::queue
