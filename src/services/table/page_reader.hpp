// From rows in key order to a page: what query and scan have in common.
// Source: Developer Guide, "Paginating table query results"; API Reference, Query and Scan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "services/table/expressions/condition.hpp"
#include "services/table/expressions/projection.hpp"
#include "services/table/schema.hpp"
#include "storage/statement.hpp"

namespace faasd::table {

// A page ends before the item that would bring it over 1 MiB, measured before the filter; what a local index fetches
// from its table is measured apart.
inline constexpr std::uint64_t kMaxPageBytes = 1024 * 1024;

// A row's place in the order of what is read: its own key (the index's where one is read), and the item's key,
// which tells apart index entries that are equal. Encoded; on a table the two are the same and `item` stays empty.
struct RowPosition {
    RowKey row, item;
};

// Which columns a statement for read_page() has.
struct PageColumns {
    enum : int { hash, range, item_hash, item_range, size, expires_at, item };
};

struct PageRequest {
    const TableSchema& schema;
    const IndexSchema* index = nullptr;
    Condition filter{};
    std::optional<Paths> projection{};
    std::optional<std::uint32_t> limit{};
    bool count_only = false;
    bool all_attributes = false;
    base::TimePoint now{};
    std::uint32_t segment = 0, total_segments = 1;
};

[[nodiscard]] base::Result<model::Page> read_page(storage::Statement& rows, const PageRequest& request);

// Which segment of a parallel scan has the items of this (encoded) hash key. Stable: parts may be scanned at
// different times and by different processes.
//
// A segment walks the whole table, and skips the rows of the others undecoded: rows lie in the order of their keys.
// In the order of hashes a segment would be one range, but each put of ascending keys a random one, and puts are
// bound by the pages they touch; ranges of keys as segments would put keys that begin alike all into one of them.
[[nodiscard]] std::uint32_t segment_of(std::string_view hash, std::uint32_t total_segments);

// The checks that query and scan share, with DynamoDB's messages.
// Filter and projection of a request into `page`. Ends the use of names.
[[nodiscard]] base::Result<> parse_selection(std::string_view filter, std::string_view projection, NameUsage& usage,
                                             PageRequest& page);
// A global index answers only with what is projected into it: asking it for more is refused. A local one fetches it.
[[nodiscard]] base::Result<> check_projected(const PageRequest& page);
// A query's filter may name only what is projected into its index, of either kind. For a scan's filter, the rest is not there.
[[nodiscard]] base::Result<> check_filter_projected(const PageRequest& page);
[[nodiscard]] base::Result<const IndexSchema*> find_index(const TableSchema& schema, std::string_view name);
[[nodiscard]] base::Result<> check_limit(std::optional<std::uint32_t> limit);
[[nodiscard]] RowPosition position_of(const TableSchema& schema, const IndexSchema* index, const model::Item& start_key);

// Exclusive bounds as inclusive ones: the smallest bytes above `bytes`, and bytes above every key.
[[nodiscard]] inline std::string just_above(std::string bytes) {
    bytes.push_back('\0');
    return bytes;
}
[[nodiscard]] const std::string& above_all_keys();

}  // namespace faasd::table
