#include "services/table/page_reader.hpp"
#include "services/table/prepared_write.hpp"
#include "services/table/query.hpp"
#include "services/table/rows.hpp"
#include "items/attribute_value.hpp"
#include "items/key.hpp"
#include "items/validation.hpp"

namespace faasd::table {

using namespace items;
namespace {

using base::Result;

constexpr std::uint32_t kMaxSegments = 1'000'000;

Result<> check_segments(const model::Scan& request) {
    if (request.total_segments == 0 || request.total_segments > kMaxSegments) {
        return validation_error("1 validation error detected: Value '" + std::to_string(request.total_segments) +
                                "' at 'totalSegments' failed to satisfy constraint: Member must have value " +
                                (request.total_segments == 0 ? "greater than or equal to 1"
                                                             : "less than or equal to 1000000"));
    }
    if (request.segment < request.total_segments) return {};
    return validation_error("The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                            "Segment: " + std::to_string(request.segment) +
                            " is not less than TotalSegments: " + std::to_string(request.total_segments));
}

Result<RowPosition> start_of(const model::Scan& request, const TableSchema& schema, const IndexSchema* index,
                             model::Item start_key) {
    const std::string invalid = "The provided starting key is invalid: ";
    if (auto ok = items::canonicalize(start_key); !ok) return ok.error();
    if (auto ok = check_start_key(schema.definition.key, index ? &index->definition.key : nullptr, start_key); !ok) {
        if (!index) return validation_error(invalid + "The provided key element does not match the schema");
        return ok.error();
    }
    RowPosition start = position_of(schema, index, start_key);
    if (segment_of(start.row.hash, request.total_segments) != request.segment) {
        return validation_error(invalid + "Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
                                "Segment. TotalSegments: " + std::to_string(request.total_segments) +
                                " Segment: " + std::to_string(request.segment));
    }
    return start;
}

Result<model::Page> scan_table(storage::Connection& connection, const PageRequest& page, RowPosition after) {
    auto rows = connection.prepare(
        "SELECT hash, range, NULL, NULL, size, expires_at, item FROM table_items "
        "WHERE table_id = ?1 AND (hash, range) >= (?2, ?3) ORDER BY hash, range");
    rows.bind(1, page.schema.id).bind_blob(2, after.row.hash).bind_blob(3, after.row.range);
    return read_page(rows, page);
}

Result<model::Page> scan_index(storage::Connection& connection, const PageRequest& page, RowPosition after) {
    auto rows = connection.prepare(
        "SELECT e.hash, e.range, e.item_hash, e.item_range, i.size, i.expires_at, i.item "
        "FROM table_index_entries e CROSS JOIN table_items i "
        "ON i.table_id = ?1 AND i.hash = e.item_hash AND i.range = e.item_range "
        "WHERE e.index_id = ?2 AND (e.hash, e.range, e.item_hash, e.item_range) >= (?3, ?4, ?5, ?6) "
        "ORDER BY e.hash, e.range, e.item_hash, e.item_range");
    rows.bind(1, page.schema.id).bind(2, page.index->id);
    rows.bind_blob(3, after.row.hash).bind_blob(4, after.row.range);
    rows.bind_blob(5, after.item.hash).bind_blob(6, after.item.range);
    return read_page(rows, page);
}

}  // namespace

Result<model::Page> scan(storage::Connection& connection, Catalog& catalog, model::Scan request, base::TimePoint now) {
    if (auto ok = check_limit(request.limit); !ok) return ok.error();
    if (auto ok = check_segments(request); !ok) return ok.error();
    if (auto ok = canonicalize(request.names); !ok) return ok.error();
    NameUsage usage(request.names);
    if (auto ok = usage.check_placeholders(); !ok) return ok.error();

    const Snapshot snapshot(connection);
    const auto schema = catalog.find(connection, request.table);
    if (!schema) return schema.error();
    const auto index = find_index(**schema, request.index);
    if (!index) return index.error();
    PageRequest page{.schema = **schema, .index = *index, .limit = request.limit, .count_only = request.count_only,
                     .all_attributes = request.all_attributes,
                     .now = now, .segment = request.segment, .total_segments = request.total_segments};
    if (auto ok = parse_selection(request.filter, request.projection, usage, page); !ok) return ok.error();
    if (auto ok = check_projected(page); !ok) return ok.error();

    RowPosition first;
    if (request.exclusive_start_key) {
        auto start = start_of(request, **schema, *index, std::move(*request.exclusive_start_key));
        if (!start) return start.error();
        first = std::move(*start);
        std::string& last_part = *index ? first.item.range : first.row.range;
        last_part = just_above(std::move(last_part));
    }
    return *index ? scan_index(connection, page, std::move(first)) : scan_table(connection, page, std::move(first));
}

}  // namespace faasd::table
