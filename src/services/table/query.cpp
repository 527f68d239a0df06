#include "services/table/query.hpp"

#include "services/table/expressions/key_condition.hpp"
#include "services/table/page_reader.hpp"
#include "services/table/prepared_write.hpp"
#include "services/table/rows.hpp"
#include "items/attribute_value.hpp"
#include "items/key.hpp"
#include "items/validation.hpp"

namespace faasd::table {

using namespace items;
namespace {

using base::Result;

// Range keys in [lower, upper): byte strings make every bound expressible so.
struct ByteRange {
    std::string lower, upper;
};

ByteRange byte_range(const KeyBounds& bounds) {
    ByteRange range{.lower = bounds.lower.value_or(std::string{}), .upper = above_all_keys()};
    if (bounds.lower && !bounds.lower_inclusive) range.lower = just_above(std::move(range.lower));
    if (bounds.upper) range.upper = bounds.upper_inclusive ? just_above(*bounds.upper) : *bounds.upper;
    return range;
}

Result<std::optional<RowPosition>> start_of(const TableSchema& schema, const IndexSchema* index,
                                            std::optional<model::Item>& start_key, const std::string& hash,
                                            const ByteRange& range, bool has_range_condition) {
    if (!start_key) return std::optional<RowPosition>{};
    if (auto ok = items::canonicalize(*start_key); !ok) return ok.error();
    if (auto ok = check_start_key(schema.definition.key, index ? &index->definition.key : nullptr, *start_key); !ok) {
        return ok.error();
    }
    RowPosition start = position_of(schema, index, *start_key);
    if (start.row.range < range.lower || start.row.range >= range.upper)
        return validation_error("The provided starting key does not match the range key predicate");
    if (start.row.hash != hash) {
        return validation_error(has_range_condition
                                    ? "The query can return at most one row and cannot be restarted"
                                    : "The provided starting key is outside query boundaries based on provided conditions");
    }
    return std::optional<RowPosition>(std::move(start));
}

Result<model::Page> query_table(storage::Connection& connection, const PageRequest& page, const std::string& hash,
                                ByteRange range, const std::optional<RowPosition>& start, bool forward) {
    if (start && forward) range.lower = just_above(start->row.range);
    if (start && !forward) range.upper = start->row.range;
    auto rows = forward ? connection.prepare(
                              "SELECT hash, range, NULL, NULL, size, expires_at, item FROM table_items "
                              "WHERE table_id = ?1 AND hash = ?2 AND range >= ?3 AND range < ?4 ORDER BY range")
                        : connection.prepare(
                              "SELECT hash, range, NULL, NULL, size, expires_at, item FROM table_items "
                              "WHERE table_id = ?1 AND hash = ?2 AND range >= ?3 AND range < ?4 ORDER BY range DESC");
    rows.bind(1, page.schema.id).bind_blob(2, hash).bind_blob(3, range.lower).bind_blob(4, range.upper);
    return read_page(rows, page);
}

Result<model::Page> query_index(storage::Connection& connection, const PageRequest& page, const std::string& hash,
                                const ByteRange& range, const std::optional<RowPosition>& start, bool forward) {
    // Bounds of (range, item_hash, item_range): entries of equal index keys are told apart by the item's key.
    RowPosition lower{.row = {.hash = {}, .range = range.lower}, .item = {}};
    RowPosition upper{.row = {.hash = {}, .range = range.upper}, .item = {}};
    if (start && forward) {
        lower = *start;
        lower.item.range = just_above(std::move(lower.item.range));
    } else if (start) {
        upper = *start;
    }
    auto rows =
        forward ? connection.prepare(
                      "SELECT e.hash, e.range, e.item_hash, e.item_range, i.size, i.expires_at, i.item "
                      "FROM table_index_entries e CROSS JOIN table_items i "
                      "ON i.table_id = ?1 AND i.hash = e.item_hash AND i.range = e.item_range "
                      "WHERE e.index_id = ?2 AND e.hash = ?3 AND (e.range, e.item_hash, e.item_range) >= (?4, ?5, ?6) "
                      "AND (e.range, e.item_hash, e.item_range) < (?7, ?8, ?9) "
                      "ORDER BY e.range, e.item_hash, e.item_range")
                : connection.prepare(
                      "SELECT e.hash, e.range, e.item_hash, e.item_range, i.size, i.expires_at, i.item "
                      "FROM table_index_entries e CROSS JOIN table_items i "
                      "ON i.table_id = ?1 AND i.hash = e.item_hash AND i.range = e.item_range "
                      "WHERE e.index_id = ?2 AND e.hash = ?3 AND (e.range, e.item_hash, e.item_range) >= (?4, ?5, ?6) "
                      "AND (e.range, e.item_hash, e.item_range) < (?7, ?8, ?9) "
                      "ORDER BY e.range DESC, e.item_hash DESC, e.item_range DESC");
    rows.bind(1, page.schema.id).bind(2, page.index->id).bind_blob(3, hash);
    rows.bind_blob(4, lower.row.range).bind_blob(5, lower.item.hash).bind_blob(6, lower.item.range);
    rows.bind_blob(7, upper.row.range).bind_blob(8, upper.item.hash).bind_blob(9, upper.item.range);
    return read_page(rows, page);
}

}  // namespace

Result<model::Page> query(storage::Connection& connection, Catalog& catalog, model::Query request,
                          base::TimePoint now) {
    if (auto ok = check_limit(request.limit); !ok) return ok.error();
    if (auto ok = canonicalize(request.names); !ok) return ok.error();
    NameUsage usage(request.names);
    if (auto ok = usage.check_placeholders(); !ok) return ok.error();

    const Snapshot snapshot(connection);
    const auto schema = catalog.find(connection, request.table);
    if (!schema) return schema.error();
    const auto index = find_index(**schema, request.index);
    if (!index) return index.error();
    const model::KeySchema& key = *index ? (*index)->definition.key : (*schema)->definition.key;

    auto condition = parse_key_condition(request.key_condition, usage, key);
    if (!condition) return condition.error();
    PageRequest page{.schema = **schema, .index = *index, .limit = request.limit, .count_only = request.count_only,
                     .all_attributes = request.all_attributes,
                     .now = now};
    if (auto ok = parse_selection(request.filter, request.projection, usage, page); !ok) return ok.error();
    if (page.filter) {
        if (auto ok = check_filter(page.filter, key); !ok) return ok.error();
    }
    if (auto ok = check_filter_projected(page); !ok) return ok.error();
    if (auto ok = check_projected(page); !ok) return ok.error();

    const std::string hash = encode_key(condition->hash);
    const ByteRange range = byte_range(bounds_of(condition->range));
    const auto start = start_of(**schema, *index, request.exclusive_start_key, hash, range,
                                condition->range.has_value());
    if (!start) return start.error();
    return *index ? query_index(connection, page, hash, range, *start, request.forward)
                  : query_table(connection, page, hash, range, *start, request.forward);
}

}  // namespace faasd::table
