#include "services/table/maintenance.hpp"

#include <algorithm>
#include <vector>

#include <spdlog/spdlog.h>

#include "services/table/administration.hpp"
#include "services/table/change_log.hpp"
#include "services/table/expiry.hpp"
#include "services/table/item_writer.hpp"

namespace faasd::table {
namespace {

// Rows a job removes of each kind, so that writes of the app never wait long behind it.
constexpr std::uint32_t kRowsAtOnce = 500;
// Reads leave out old records to the microsecond; the rows themselves go in pieces, not one by one.
constexpr std::chrono::minutes kTrimEvery{1};
constexpr std::chrono::seconds kRetryAfterFailure{5};

std::optional<base::TimePoint> earlier(std::optional<base::TimePoint> a, std::optional<base::TimePoint> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

}  // namespace

Maintenance::Maintenance(storage::Store& store, const base::Clock& clock, base::Timers& timers, Catalog& catalog,
                         ChangedTables changed)
    : store_(store), clock_(clock), timers_(timers), catalog_(catalog), changed_(std::move(changed)) {}

void Maintenance::wake_at(base::TimePoint when) {
    std::lock_guard lock(mutex_);
    if (stopped_ || (timer_due_ && *timer_due_ <= when)) return;
    if (timer_ != 0) timers_.cancel(timer_);
    timer_due_ = when;
    timer_ = timers_.at(when, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->start();
    });
}

void Maintenance::stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    if (timer_ != 0) timers_.cancel(timer_);
    timer_ = 0;
}

void Maintenance::start() {
    // Locked until the job is handed in, so that after stop() none is.
    std::lock_guard lock(mutex_);
    timer_ = 0;
    timer_due_.reset();
    if (stopped_) return;
    const base::TimePoint now = clock_.now();
    auto outcome = std::make_shared<Outcome>();
    store_.write(
        [self = shared_from_this(), outcome, now](model::Transaction& transaction) -> base::Result<> {
            *outcome = self->run(storage::connection_of(transaction), now);
            return {};
        },
        [self = shared_from_this(), outcome](base::Result<> done) {
            if (!done) {
                spdlog::warn("tables: expired items and old change records could not be removed, trying again in 5 s: {}",
                             done.error().message);
                self->wake_at(self->clock_.now() + kRetryAfterFailure);
                return;
            }
            if (outcome->next) self->wake_at(*outcome->next);
            if (!outcome->changed_tables.empty()) self->changed_(outcome->changed_tables);
        });
}

Maintenance::Outcome Maintenance::run(storage::Connection& connection, base::TimePoint now) {
    Outcome outcome;
    outcome.next = earlier(sweep(connection, now, outcome.changed_tables), trim(connection, now));
    if (purge_dropped(connection, kRowsAtOnce)) outcome.next = now;
    return outcome;
}

std::optional<base::TimePoint> Maintenance::sweep(storage::Connection& connection, base::TimePoint now,
                                                  std::set<std::string>& changed_tables) {
    struct Expired {
        std::int64_t table;
        RowKey key;
    };
    std::vector<Expired> expired;
    std::optional<base::TimePoint> next;
    {
        auto row = connection.prepare(
            "SELECT expires_at, table_id, hash, range FROM table_items WHERE expires_at IS NOT NULL "
            "ORDER BY expires_at LIMIT ?1");
        row.bind(1, std::int64_t{kRowsAtOnce} + 1);
        while (row.step()) {
            if (expired.size() == kRowsAtOnce || !is_expired(row.integer(0), now)) {
                next = due_time(row.integer(0));
                break;
            }
            expired.push_back({row.integer(1), {std::string(row.blob(2)), std::string(row.blob(3))}});
        }
    }
    ItemWriter writer(connection, catalog_, now);
    for (const Expired& item : expired) {
        const SchemaPtr schema = catalog_.find_by_id(connection, item.table);
        if (!schema) {  // of a dropped table
            erase_item(connection, item.table, item.key);
        } else if (const auto stored = read_item(connection, item.table, item.key)) {
            writer.remove_expired(*schema, item.key, *stored);
        }
    }
    changed_tables = writer.changed_tables();
    return next;
}

std::optional<base::TimePoint> Maintenance::trim(storage::Connection& connection, base::TimePoint now) {
    // From one to the next: of thousands of tables, those without changes cost nothing.
    const auto next_with_changes = [&](std::int64_t after) -> std::optional<std::int64_t> {
        auto row = connection.prepare("SELECT table_id FROM table_changes WHERE table_id > ?1 ORDER BY table_id LIMIT 1");
        row.bind(1, after);
        return row.step() ? std::optional(row.integer(0)) : std::nullopt;
    };
    std::optional<base::TimePoint> next;
    for (auto table = next_with_changes(-1); table; table = next_with_changes(*table)) {
        auto due = trim_changes(connection, *table, now, kRowsAtOnce);
        if (due && *due > now) due = std::max(*due, now + kTrimEvery);
        next = earlier(next, due);
    }
    return next;
}

}  // namespace faasd::table
