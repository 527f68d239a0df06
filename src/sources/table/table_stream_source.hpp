// A table's stream consumer: takes its changes, in order and in batches, to a function (AWS Lambda Developer
// Guide, "Using AWS Lambda with Amazon DynamoDB").
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "sources/activity.hpp"
#include "sources/batch/batch_window.hpp"
#include "sources/destination/destination.hpp"
#include "sources/destination/destination_record.hpp"
#include "sources/filter/event_filter.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

// One batch at a time. The position behind the last batch that succeeded is kept in the store: after a
// restart the stream goes on there. A consumer without a position, or with one whose next changes are gone
// (the daemon was down for longer than they are kept, the table was made anew), goes on with the oldest
// change that is kept.
//
// A batch that fails is tried again, in its place, after 1, 2, 4 … 60 seconds, until `max_retries` (then it
// is logged and skipped) or until its changes are older than the 24 hours for which a stream keeps them. A
// response with `batchItemFailures` moves the position to the lowest sequence number that it names. A
// function that is throttled, unavailable or missing is waited for. A batch that is skipped is recorded at
// the `on_failure` destination. Changes that no filter wants are passed over, and so are those that are in a
// loop (model/trace.hpp), with an error in the log and a record.
class TableStreamSource final : public Source, public std::enable_shared_from_this<TableStreamSource> {
  public:
    struct Configuration {
        std::string table;
        model::StreamConsumer consumer;
        bool allow_recursion = false;  // of the function
        bool operator==(const Configuration&) const = default;
    };

    TableStreamSource(const Dependencies& dependencies, Configuration configuration);

    void start() override;
    void stop() override;
    bool wait(std::chrono::nanoseconds until) override { return activity_.wait_idle(until); }

    // There may be changes. Thread-safe; does not block.
    void wake();

  private:
    struct Record {
        std::uint64_t sequence = 0;
        std::string json;
        base::TimePoint at{};
        std::string trace;
    };
    enum class Step {
        idle,     // nothing to do until a change
        reading,  // a job of the blocking executor reads
        window,   // a batch waits for its window's end
        busy,     // a batch runs, or waits for its next attempt, or its position is being saved
    };

    void read();
    bool fill();  // false: the store refused
    void go_on_with_the_oldest(std::uint64_t after);
    void drop_expired();
    void invoke();
    void ended(model::Outcome outcome);
    void failed(const std::string& why, bool counted);
    // Behind the first `records` of the batch, which were handled, or of which `given_up` says what went
    // wrong.
    void advance(std::size_t records, const std::optional<StreamBatchRecord>& given_up = {});
    struct Advance;
    void save(const std::shared_ptr<Advance>& step);
    void write(const std::shared_ptr<Advance>& step);
    void saved(const Advance& step);
    bool passes(const model::ChangeRecord& change, const std::string& json);
    [[nodiscard]] StreamBatchRecord record_of(std::size_t records, std::string_view condition) const;
    [[nodiscard]] DestinationMessage report_of(const StreamBatchRecord& record,
                                               const std::string& trace) const;
    void later(base::Duration delay, void (TableStreamSource::*what)());
    [[nodiscard]] bool stopping();

    const Dependencies dependencies_;
    const Configuration configuration_;
    const EventFilter filter_;
    Activity activity_;

    // Touched by the one step under way only.
    std::uint64_t position_ = 0;
    std::uint64_t seen_ = 0;  // the last change that was read, wanted or not
    std::vector<Record> batch_;
    std::string stream_arn_;
    BatchWindow window_;
    std::uint32_t failures_ = 0, postponements_ = 0;

    std::mutex mutex_;  // guards what follows
    bool stopping_ = false;
    bool woken_ = false;  // while a step was under way
    Step step_ = Step::idle;
    base::TimerId timer_ = 0;
};

}  // namespace faasd::sources
