#include "services/table/rebuild.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "items/item_codec.hpp"
#include "services/table/expiry.hpp"
#include "services/table/index_writer.hpp"
#include "services/table/rows.hpp"

namespace faasd::table {

using namespace items;
namespace {

using base::Result;

// Of one job, so that others never wait long behind it: some ten milliseconds.
constexpr std::size_t kRowsASlice = 500;
constexpr std::size_t kBytesAtOnce = 4 << 20;

struct Slice {
    struct Row {
        RowKey key;
        std::optional<std::int64_t> expires_at;
        model::Item item;
    };
    std::vector<Row> rows;
    bool is_last = false;
};

// Read as a whole first: a row must not be changed under the statement that reads it.
Slice read_slice(storage::Connection& connection, std::int64_t table, const std::optional<RowKey>& after) {
    Slice slice;
    std::size_t bytes = 0;
    auto row = connection.prepare(
        "SELECT hash, range, expires_at, item FROM table_items "
        "WHERE table_id = ?1 AND (hash, range) > (?2, ?3) ORDER BY hash, range LIMIT ?4");
    const RowKey from = after.value_or(RowKey{});
    row.bind(1, table).bind_blob(2, from.hash).bind_blob(3, from.range).bind(4, std::int64_t{kRowsASlice});
    while (row.step()) {
        Slice::Row& read = slice.rows.emplace_back();
        read.key = {.hash = std::string(row.blob(0)), .range = std::string(row.blob(1))};
        if (!row.is_null(2)) read.expires_at = row.integer(2);
        bytes += row.blob(3).size();
        if (auto item = decode_item(row.blob(3))) read.item = std::move(*item);
        if (bytes >= kBytesAtOnce) return slice;
    }
    slice.is_last = slice.rows.size() < kRowsASlice;
    return slice;
}

}  // namespace

struct Rebuilds::Pass {
    std::int64_t table = 0;
    base::Completion<> done;

    bool has_begun = false;
    // What this pass is for, and not done by another one yet.
    std::vector<std::int64_t> indexes;
    std::int64_t ttl_change = 0;

    std::optional<RowKey> after;    // where the committed slices end
    std::optional<RowKey> reached;  // where the one under way ends
    bool is_over = false;

    void look(const TableSchema& schema) {
        if (!std::exchange(has_begun, true)) {
            for (const IndexSchema& index : schema.indexes) indexes.push_back(index.id);
            ttl_change = schema.ttl_change;
        }
        std::erase_if(indexes, [&](std::int64_t id) {
            return std::ranges::none_of(schema.indexes,
                                        [&](const IndexSchema& i) { return i.id == id && i.is_building; });
        });
        if (ttl_change != schema.ttl_change) ttl_change = 0;
    }
    [[nodiscard]] bool is_for(const IndexSchema& index) const {
        return std::ranges::find(indexes, index.id) != indexes.end();
    }
};

Rebuilds::Rebuilds(storage::Store& store, const base::Clock& clock, Catalog& catalog, std::function<void()> ended)
    : store_(store), clock_(clock), catalog_(catalog), ended_(std::move(ended)) {}

void Rebuilds::resume() {
    std::vector<std::int64_t> unfinished;
    {
        auto reader = store_.read();
        for (const std::int64_t id : catalog_.list_unfinished(reader.connection())) {
            const auto schema = catalog_.find_by_id(reader.connection(), id);
            if (schema && schema->is_unfinished()) unfinished.push_back(id);
        }
    }
    for (const std::int64_t table : unfinished) start(table, {});
}

void Rebuilds::start(std::int64_t table, base::Completion<> done) {
    auto pass = std::make_shared<Pass>();
    pass->table = table;
    pass->done = std::move(done);
    next(pass);
}

void Rebuilds::stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
}

void Rebuilds::next(const std::shared_ptr<Pass>& pass) {
    // Locked until the job is handed in, so that after stop() none is.
    std::unique_lock lock(mutex_);
    if (stopped_) {
        lock.unlock();
        if (pass->done) {
            pass->done(base::Error(std::make_error_code(std::errc::operation_canceled),
                                   "the daemon stops: the change of the table goes on after its next start"));
        }
        return;
    }
    store_.write(
        [self = shared_from_this(), pass](model::Transaction& transaction) {
            return self->run(storage::connection_of(transaction), *pass);
        },
        [self = shared_from_this(), pass](Result<> result) {
            if (result && !pass->is_over) {
                pass->after = std::move(pass->reached);
                return self->next(pass);
            }
            if (result) self->ended_();
            if (pass->done) pass->done(std::move(result));
        });
}

Result<> Rebuilds::run(storage::Connection& connection, Pass& pass) {
    const SchemaPtr schema = catalog_.find_by_id(connection, pass.table);
    if (!schema) return base::Error(model::TableErrc::no_such_table, "the table was removed while it was changed");
    pass.look(*schema);
    const Slice slice = pass.indexes.empty() && pass.ttl_change == 0
                            ? Slice{.rows = {}, .is_last = true}
                            : read_slice(connection, pass.table, pass.after);
    for (const Slice::Row& row : slice.rows) {
        for (const IndexSchema& index : schema->indexes) {
            if (pass.is_for(index)) enter_item(connection, index, row.key, row.item);
        }
        if (pass.ttl_change == 0) continue;
        const auto expires_at = expiry_of(schema->definition, row.item, clock_.now());
        if (expires_at != row.expires_at) set_expiry(connection, pass.table, row.key, expires_at);
    }
    pass.is_over = slice.is_last;
    if (!slice.is_last) {
        pass.reached = slice.rows.back().key;
        return {};
    }
    if (pass.indexes.empty() && pass.ttl_change == 0) return {};
    TableSchema finished = *schema;
    for (IndexSchema& index : finished.indexes) {
        if (pass.is_for(index)) index.is_building = false;
    }
    if (pass.ttl_change != 0) finished.ttl_change = 0;
    catalog_.save(connection, finished);
    return {};
}

}  // namespace faasd::table
