// How a change stream goes forward: its position is saved, and what was given up on is reported.
#include <spdlog/spdlog.h>

#include "base/random.hpp"
#include "model/trace.hpp"
#include "sources/table/table_stream_parts.hpp"

namespace faasd::sources {

bool TableStreamSource::passes(const model::ChangeRecord& change, const std::string& json) {
    if (!filter_.wants_record(json)) return false;
    const auto& [table, consumer, allow_recursion] = configuration_;
    if (allow_recursion || !model::is_loop(change.trace, consumer.function)) return true;
    spdlog::error("table {}: change {} is skipped: {}", table, change.sequence,
                  model::describe_loop(change.trace, consumer.function));
    if (consumer.on_failure) {
        StreamBatchRecord record{base::random_uuid(),
                                 consumer.function,
                                 table,
                                 std::string(kRecursiveLoop),
                                 0,
                                 false,
                                 std::to_string(change.sequence),
                                 std::to_string(change.sequence),
                                 change.at,
                                 change.at,
                                 1,
                                 stream_arn_};
        save(std::make_shared<Advance>(
            Advance{0, 0, false, report_of(record, change.trace), activity_.enter()}));
    }
    return false;
}

StreamBatchRecord TableStreamSource::record_of(std::size_t records, std::string_view condition) const {
    const Record& first = batch_.front();
    const Record& last = batch_[records - 1];
    return {base::random_uuid(),
            configuration_.consumer.function,
            configuration_.table,
            std::string(condition),
            failures_,
            true,
            std::to_string(first.sequence),
            std::to_string(last.sequence),
            first.at,
            last.at,
            records,
            stream_arn_};
}

DestinationMessage TableStreamSource::report_of(const StreamBatchRecord& record,
                                                const std::string& trace) const {
    const base::TimePoint now = dependencies_.clock.now();
    return {
        to_json(record, now, dependencies_.identity),
        {model::CauseKind::table, record.table, model::extended(trace, record.function), record.request_id},
        record_key("stream", record.table, record.last_at, record.last_sequence),
        record.request_id};
}

void TableStreamSource::advance(std::size_t records, const std::optional<StreamBatchRecord>& given_up) {
    const std::uint64_t position = records == batch_.size() ? seen_ : batch_[records - 1].sequence;
    const auto step = std::make_shared<Advance>(Advance{position, records, true, {}, activity_.enter()});
    if (given_up && configuration_.consumer.on_failure)
        step->report = report_of(*given_up, batch_.front().trace);
    save(step);
}

void TableStreamSource::save(const std::shared_ptr<Advance>& step) {
    const auto& destination = configuration_.consumer.on_failure;
    if (!step->report || destination->kind != model::ResourceKind::bucket) return write(step);
    store_object(dependencies_, destination->name, std::move(*step->report),
                 [self = shared_from_this(), step](const base::Result<>& result) {
                     if (!result) {
                         spdlog::error("table {}: its destination {} does not take a record: {}",
                                       self->configuration_.table,
                                       describe(*self->configuration_.consumer.on_failure),
                                       result.error().message);
                     }
                     step->report.reset();
                     self->write(step);
                 });
}

void TableStreamSource::write(const std::shared_ptr<Advance>& step) {
    dependencies_.transactions.write(
        [self = shared_from_this(), step](model::Transaction& transaction) -> base::Result<> {
            const auto& [table, consumer, allow_recursion] = self->configuration_;
            if (step->report) {
                const auto sent =
                    send_in(transaction, self->dependencies_, *consumer.on_failure, *step->report);
                if (!sent)
                    spdlog::error("table {}: its destination {} does not take a record: {}", table,
                                  describe(*consumer.on_failure), sent.error().message);
            }
            if (step->position > 0)
                self->dependencies_.state.put_in(transaction, kStreamPositions, table,
                                                 std::to_string(step->position));
            return {};
        },
        [self = shared_from_this(), step](const base::Result<>& result) {
            if (result) {
                if (step->ends_step) self->saved(*step);
                step->pass = {};
                return;
            }
            if (self->stopping()) {
                step->pass = {};
                return;
            }
            spdlog::error("table {}: cannot save the position in its stream: {}; trying again in a second",
                          self->configuration_.table, result.error().message);
            self->dependencies_.timers.at(self->dependencies_.clock.now() + kFirstStreamPause,
                                          [self, step] { self->write(step); });
        });
}

void TableStreamSource::saved(const Advance& step) {
    position_ = step.position;
    batch_.erase(batch_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(step.records));
    failures_ = postponements_ = 0;
    window_.reset();
    for (const Record& record : batch_)
        window_.add(record.json.size(), dependencies_.clock.now());
    {
        std::lock_guard lock(mutex_);
        step_ = Step::idle;
    }
    wake();
}

}  // namespace faasd::sources
