// A table's stream consumer: takes its changes, in order and in batches, to a function (AWS Lambda Developer
// Guide, "Using AWS Lambda with Amazon DynamoDB").
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "sources/activity.hpp"
#include "sources/batch/batch_window.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

// One batch at a time. The position behind the last batch that succeeded is kept in the store: after a
// restart the stream goes on there. A consumer without a position starts with the oldest change that is kept.
//
// A batch that fails is tried again, in its place, after 1, 2, 4 … 60 seconds, until `max_retries` (then it
// is logged and skipped) or until its changes are older than the 24 hours for which a stream keeps them. A
// response with `batchItemFailures` moves the position to the lowest sequence number that it names. A
// function that is throttled, unavailable or missing is waited for.
class TableStreamSource final : public Source, public std::enable_shared_from_this<TableStreamSource> {
  public:
    struct Configuration {
        std::string table;
        model::StreamConsumer consumer;
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
    void drop_expired();
    void invoke();
    void ended(model::Outcome outcome);
    void failed(const std::string& why, bool counted);
    void advance(std::size_t records);
    void save(std::uint64_t position, std::size_t records);
    void later(base::Duration delay, void (TableStreamSource::*what)());
    [[nodiscard]] bool stopping();

    const Dependencies dependencies_;
    const Configuration configuration_;
    Activity activity_;

    // Touched by the one step under way only.
    std::uint64_t position_ = 0;
    std::vector<Record> batch_;
    BatchWindow window_;
    std::uint32_t failures_ = 0, postponements_ = 0;

    std::mutex mutex_;  // guards what follows
    bool stopping_ = false;
    bool woken_ = false;  // while a step was under way
    Step step_ = Step::idle;
    base::TimerId timer_ = 0;
};

}  // namespace faasd::sources
