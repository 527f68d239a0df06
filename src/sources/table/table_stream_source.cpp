#include "sources/table/table_stream_source.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/units.hpp"
#include "model/invocation_json.hpp"
#include "model/trace.hpp"
#include "sources/batch/batch_response.hpp"
#include "sources/events/queue_event.hpp"
#include "sources/events/table_event.hpp"
#include "sources/outcome.hpp"
#include "sources/table/table_stream_parts.hpp"

namespace faasd::sources {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kKept = 24h;
constexpr base::Duration kLongestPause = 1min;
constexpr std::uint32_t kReadAtOnce = 500;

}  // namespace

TableStreamSource::TableStreamSource(const Dependencies& dependencies, Configuration configuration)
    : dependencies_(dependencies),
      configuration_(std::move(configuration)),
      filter_(configuration_.consumer.filters),
      window_({std::max(configuration_.consumer.batch_size, 1U), configuration_.consumer.batching_window},
              kRecordsHead.size() + kRecordsTail.size(), 1) {}

void TableStreamSource::start() {
    if (const auto saved = dependencies_.state.get(kStreamPositions, configuration_.table)) {
        std::from_chars(saved->data(), saved->data() + saved->size(), position_);
    }
    seen_ = position_;
    wake();
}

void TableStreamSource::stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    const auto timer = std::exchange(timer_, 0);
    lock.unlock();
    if (timer != 0) dependencies_.timers.cancel(timer);
}

bool TableStreamSource::stopping() {
    std::lock_guard lock(mutex_);
    return stopping_;
}

void TableStreamSource::wake() {
    {
        std::lock_guard lock(mutex_);
        if (stopping_) return;
        if (step_ == Step::reading || step_ == Step::busy) {
            woken_ = true;
            return;
        }
        if (timer_ != 0) dependencies_.timers.cancel(std::exchange(timer_, 0));
        step_ = Step::reading;
        woken_ = false;
    }
    dependencies_.blocking.post([self = shared_from_this(), pass = activity_.enter()] { self->read(); });
}

void TableStreamSource::read() {
    while (true) {
        if (stopping()) return;
        if (!fill()) return later(kFirstStreamPause, &TableStreamSource::wake);
        drop_expired();
        const base::TimePoint now = dependencies_.clock.now();
        std::unique_lock lock(mutex_);
        if (window_.due(now)) {
            step_ = Step::busy;
            lock.unlock();
            return invoke();
        }
        if (std::exchange(woken_, false)) continue;
        if (window_.empty()) {
            step_ = Step::idle;
            const std::uint64_t passed_over = seen_ > position_ ? position_ = seen_ : 0;
            lock.unlock();
            if (passed_over > 0)
                save(std::make_shared<Advance>(Advance{passed_over, 0, false, {}, activity_.enter()}));
            return;
        }
        step_ = Step::window;
        timer_ = dependencies_.timers.at(*window_.deadline(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->wake();
        });
        return;
    }
}

bool TableStreamSource::fill() {
    while (window_.room() > 0) {
        const std::uint32_t limit = std::min(window_.room(), kReadAtOnce);
        const auto changes = dependencies_.tables.changes(configuration_.table, seen_, limit);
        if (!changes && changes.error().code == model::TableErrc::trimmed_data) {
            go_on_with_the_oldest(seen_);
            continue;
        }
        if (!changes) {
            spdlog::error(
                "table {} -> function {}: cannot read the change stream: {}; trying again in a second",
                configuration_.table, configuration_.consumer.function, changes.error().message);
            return false;
        }
        if (changes->empty()) {
            // A table that was removed and made again counts from the start.
            const auto latest = dependencies_.tables.latest_change(configuration_.table);
            if (batch_.empty() && latest && *latest < seen_) {
                position_ = seen_ = 0;
                continue;
            }
            return true;
        }
        // A stream that was switched off and on again is another one.
        if (const auto info = dependencies_.tables.info(configuration_.table))
            stream_arn_ = stream_arn(configuration_.table, info->stream_since, dependencies_.identity);
        const base::TimePoint now = dependencies_.clock.now();
        for (const model::ChangeRecord& change : *changes) {
            std::string json = table_record(change, stream_arn_, dependencies_.identity);
            if (passes(change, json)) {
                if (!window_.add(json.size(), now)) return true;
                batch_.push_back({change.sequence, std::move(json), change.at, change.trace});
            }
            seen_ = change.sequence;
        }
    }
    return true;
}

void TableStreamSource::go_on_with_the_oldest(std::uint64_t after) {
    // What is gathered already is older than what is gone.
    spdlog::error(
        "table {} -> function {}: the changes after {} were not handed on within the {} for which they are "
        "kept, and are gone; going on with the oldest one there is",
        configuration_.table, configuration_.consumer.function, after, base::format_duration(kKept));
    position_ = seen_ = 0;
    batch_.clear();
    window_.reset();
}

void TableStreamSource::drop_expired() {
    const base::TimePoint oldest = dependencies_.clock.now() - kKept;
    const auto kept =
        std::find_if(batch_.begin(), batch_.end(), [&](const Record& r) { return r.at >= oldest; });
    if (kept == batch_.begin()) return;
    spdlog::error("table {} -> function {}: {} changes are older than {} and are skipped",
                  configuration_.table, configuration_.consumer.function, kept - batch_.begin(),
                  base::format_duration(kKept));
    position_ = std::prev(kept)->sequence;
    batch_.erase(batch_.begin(), kept);
    window_.reset();
    for (const Record& record : batch_)
        window_.add(record.json.size(), dependencies_.clock.now());
}

void TableStreamSource::invoke() {
    if (stopping()) return;
    const auto& function = configuration_.consumer.function;
    const auto runs = [&](const Record& record) { return model::calls_in_chain(record.trace, function); };
    const Record& least = *std::min_element(
        batch_.begin(), batch_.end(), [&](const Record& a, const Record& b) { return runs(a) < runs(b); });
    model::Invocation invocation;
    invocation.function = function;
    invocation.cause = {model::CauseKind::table, configuration_.table, least.trace, {}};
    invocation.event =
        model::Payload{join_records(batch_, [](const Record& r) -> const std::string& { return r.json; })};
    invocation.attempt = failures_ + 1;
    invocation.admission = model::Admission::wait;
    dependencies_.invoker.invoke(std::move(invocation), [self = shared_from_this(), pass = activity_.enter()](
                                                            model::Outcome outcome) mutable {
        self->ended(std::move(outcome));
        pass = {};
    });
}

void TableStreamSource::ended(model::Outcome outcome) {
    if (outcome.status != model::OutcomeStatus::success) {
        return failed(describe(outcome), !could_not_start(outcome.status));
    }
    std::vector<std::string> ids;
    for (const Record& record : batch_)
        ids.push_back(std::to_string(record.sequence));
    const BatchResponse response = parse_batch_response(model::payload_of(std::move(outcome)), ids);
    if (response.all_failed) return failed(response.mistake, true);
    if (response.failed.empty()) return advance(batch_.size());
    const std::size_t lowest = response.failed.front();
    if (lowest == 0) return failed("it reported change " + ids.front() + " as failed", true);
    spdlog::warn("table {} -> function {}: change {} failed; going on from there", configuration_.table,
                 configuration_.consumer.function, ids[lowest]);
    advance(lowest);
}

void TableStreamSource::failed(const std::string& why, bool counted) {
    const auto& table = configuration_.table;
    const auto& consumer = configuration_.consumer;
    if (!counted) {
        const auto delay = doubled(kFirstStreamPause, postponements_++, kLongestPause);
        spdlog::warn("table {} -> function {}: {}; again in {}", table, consumer.function, why,
                     base::format_duration(delay));
        return later(delay, &TableStreamSource::invoke);
    }
    postponements_ = 0;
    const auto delay = doubled(kFirstStreamPause, failures_++, kLongestPause);
    const bool expires = batch_.front().at + kKept <= dependencies_.clock.now() + delay;
    if ((consumer.max_retries && failures_ > *consumer.max_retries) || expires) {
        spdlog::error("table {} -> function {}: changes {} to {} are skipped after {} failed attempts: {}",
                      table, consumer.function, batch_.front().sequence, batch_.back().sequence, failures_,
                      why);
        return advance(batch_.size(), record_of(batch_.size(), kRetriesExhausted));
    }
    spdlog::warn("table {} -> function {}: a batch of {} failed: {}; again in {}", table, consumer.function,
                 batch_.size(), why, base::format_duration(delay));
    later(delay, &TableStreamSource::invoke);
}

void TableStreamSource::later(base::Duration delay, void (TableStreamSource::*what)()) {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (what == &TableStreamSource::wake) step_ = Step::idle;
    timer_ = dependencies_.timers.at(dependencies_.clock.now() + delay, [weak = weak_from_this(), what] {
        if (const auto self = weak.lock()) ((*self).*what)();
    });
}

}  // namespace faasd::sources
