#include "services/table/change_log.hpp"

#include "services/table/rows.hpp"
#include "items/attribute_value.hpp"
#include "items/item_codec.hpp"

namespace faasd::table {

using namespace items;
namespace {

using model::ChangeKind;
using model::StreamView;

std::uint64_t next_sequence(storage::Connection& connection, std::int64_t table) {
    auto row = connection.prepare(
        "UPDATE table_counters SET sequence = sequence + 1 WHERE table_id = ?1 RETURNING sequence");
    row.bind(1, table);
    return row.step() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

ChangeKind kind_of(const Change& change) {
    if (!change.old_image) return ChangeKind::insert;
    return change.new_image ? ChangeKind::modify : ChangeKind::remove;
}

base::Result<std::optional<model::Item>> image(const storage::Statement& row, int column) {
    if (row.is_null(column)) return std::optional<model::Item>{};
    auto item = decode_item(row.blob(column));
    if (!item) return item.error();
    return std::optional<model::Item>(std::move(*item));
}

}  // namespace

void append_change(storage::Connection& connection, const TableSchema& table, const Change& change) {
    const StreamView view = table.definition.stream;
    if (view == StreamView::none) return;
    const bool keep_old = view == StreamView::old_image || view == StreamView::new_and_old_images;
    const bool keep_new = view == StreamView::new_image || view == StreamView::new_and_old_images;
    const std::string keys = encode_item(change.keys);
    std::uint64_t size = item_size(change.keys);

    const std::uint64_t sequence = next_sequence(connection, table.id);
    auto row = connection.prepare(
        "INSERT INTO table_changes (table_id, sequence, at, kind, view, expired, size, trace, keys, old_image, "
        "new_image) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    const auto bind_image = [&](int index, bool keep, const std::optional<ChangeImage>& kept) {
        if (!keep || !kept) {
            row.bind_null(index);
            return;
        }
        size += kept->size;
        row.bind_blob(index, kept->bytes);
    };
    bind_image(10, keep_old, change.old_image);
    bind_image(11, keep_new, change.new_image);
    row.bind(1, table.id).bind(2, static_cast<std::int64_t>(sequence)).bind(3, base::to_micros(change.at));
    row.bind(4, static_cast<std::int64_t>(kind_of(change))).bind(5, static_cast<std::int64_t>(view));
    row.bind(6, std::int64_t{change.expired}).bind(7, static_cast<std::int64_t>(size));
    row.bind(8, change.trace).bind_blob(9, keys).run();
}

base::Result<std::vector<model::ChangeRecord>> read_changes(storage::Connection& connection, const TableSchema& table,
                                                            std::uint64_t after, std::uint32_t limit,
                                                            base::TimePoint now) {
    const base::Error trimmed(model::TableErrc::trimmed_data,
                              "The change stream of " + table.definition.name + " no longer holds what followed record " +
                                  std::to_string(after) + ": records are kept for 24 hours. Start again at 0, the "
                                  "oldest record");
    if (after != 0 && after < read_counters(connection, table.id).trimmed) return trimmed;
    std::vector<model::ChangeRecord> records;
    std::uint64_t bytes = 0;
    auto row = connection.prepare(
        "SELECT sequence, at, kind, view, expired, size, trace, keys, old_image, new_image FROM table_changes "
        "WHERE table_id = ?1 AND sequence > ?2 ORDER BY sequence");
    row.bind(1, table.id).bind(2, static_cast<std::int64_t>(after));
    while (records.size() < limit && bytes < kMaxChangesBytes && row.step()) {
        model::ChangeRecord record;
        record.at = base::from_micros(row.integer(1));
        if (record.at + kChangesKept <= now) {
            if (after != 0) return trimmed;
            continue;
        }
        record.sequence = static_cast<std::uint64_t>(row.integer(0));
        record.kind = static_cast<ChangeKind>(row.integer(2));
        record.view = static_cast<StreamView>(row.integer(3));
        record.expired = row.integer(4) != 0;
        record.size_bytes = static_cast<std::uint64_t>(row.integer(5));
        record.trace = row.text(6);
        record.table = table.definition.name;
        auto keys = decode_item(row.blob(7));
        auto old_image = image(row, 8);
        auto new_image = image(row, 9);
        if (!keys) return keys.error();
        if (!old_image) return old_image.error();
        if (!new_image) return new_image.error();
        record.keys = std::move(*keys);
        record.old_image = std::move(*old_image);
        record.new_image = std::move(*new_image);
        bytes += record.size_bytes;
        records.push_back(std::move(record));
    }
    return records;
}

std::optional<base::TimePoint> trim_changes(storage::Connection& connection, std::int64_t table, base::TimePoint now,
                                            std::uint32_t limit) {
    std::int64_t last = 0;
    std::optional<base::TimePoint> next;
    {
        auto row = connection.prepare(
            "SELECT sequence, at FROM table_changes WHERE table_id = ?1 ORDER BY sequence LIMIT ?2");
        row.bind(1, table).bind(2, std::int64_t{limit} + 1);
        for (std::uint32_t examined = 0; row.step(); ++examined) {
            const base::TimePoint due = base::from_micros(row.integer(1)) + kChangesKept;
            if (examined == limit || due > now) {
                next = due;
                break;
            }
            last = row.integer(0);
        }
    }
    if (last == 0) return next;
    auto trim = connection.prepare("DELETE FROM table_changes WHERE table_id = ?1 AND sequence <= ?2");
    trim.bind(1, table).bind(2, last).run();
    auto mark = connection.prepare("UPDATE table_counters SET trimmed = ?2 WHERE table_id = ?1");
    mark.bind(1, table).bind(2, last).run();
    return next;
}

}  // namespace faasd::table
