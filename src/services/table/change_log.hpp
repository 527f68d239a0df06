// The change stream: what happened to a table's items, in order, for 24 hours.
// Source: Developer Guide, "Change data capture for DynamoDB Streams".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "services/table/schema.hpp"
#include "storage/statement.hpp"

namespace faasd::table {

inline constexpr std::chrono::hours kChangesKept{24};

struct ChangeImage {
    std::string_view bytes;  // encode_item()
    std::uint64_t size = 0;
};
struct Change {
    model::Item keys;
    std::optional<ChangeImage> old_image, new_image;  // both whole; the table's view decides what is kept
    base::TimePoint at{};
    bool expired = false;
    std::string_view trace;
};

// Within a write transaction. Nothing happens where the table has no stream. A change without an old image is an
// insert, without a new image a removal.
void append_change(storage::Connection& connection, const TableSchema& table, const Change& change);

// GetRecords: an answer ends with the record that brings it to this size.
inline constexpr std::uint64_t kMaxChangesBytes = 1024 * 1024;

// Records with a sequence > `after` of the last 24 hours, at most `limit` and about kMaxChangesBytes: only an empty
// answer says that there are no more. Position 0 is the oldest record that is
// kept; any other position before it is TableErrc::trimmed_data.
[[nodiscard]] base::Result<std::vector<model::ChangeRecord>> read_changes(storage::Connection& connection,
                                                                          const TableSchema& table,
                                                                          std::uint64_t after, std::uint32_t limit,
                                                                          base::TimePoint now);

// Removes at most `limit` records of the table that are older than 24 hours, oldest first. Returns when the next
// one will be, nullopt if none is left.
[[nodiscard]] std::optional<base::TimePoint> trim_changes(storage::Connection& connection, std::int64_t table,
                                                          base::TimePoint now, std::uint32_t limit);

}  // namespace faasd::table
