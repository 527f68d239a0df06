// A queue's consumer: takes its messages in batches to a function (AWS Lambda Developer Guide, "Using Lambda
// with Amazon SQS").
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "sources/activity.hpp"
#include "sources/batch/batch_window.hpp"
#include "sources/filter/event_filter.hpp"
#include "sources/long_poll.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

// One poller long-polls while the queue is empty, and costs nothing. While batches run, another waits for
// more. Pollers follow the backlog: a receive that brings all it asked for doubles them, one that does not
// halves them, so that collected and running batches together are at most as many as `max_concurrency` and as
// the function's own concurrency allow: what is beyond waits in the queue, not in memory. With a batching
// window one batch collects at a time, so that none leaves half full because of another.
//
// A message that no filter wants is deleted. One that is in a loop (model/trace.hpp) moves to the queue's
// dead-letter queue; without one it is deleted, with an error in the log. A batch continues the chain of that
// of its messages in which its function has run least: a loop never stops messages that only travelled with
// it.
//
// A batch that succeeded is deleted. What failed becomes visible when the queue's visibility timeout has
// passed since it was received, and counts as received for the redrive policy; in a FIFO queue so do the
// later messages of its group. A batch whose function is throttled, unavailable or missing is kept and tried
// again with growing pauses: its messages do not use up their receives. While a batch waits or runs its
// messages stay invisible, however long it takes.
class QueueMapping final : public Source, public std::enable_shared_from_this<QueueMapping> {
  public:
    struct Configuration {
        std::string queue;
        bool fifo = false;
        model::QueueConsumer consumer;
        std::uint32_t function_concurrency = 1000;
        bool allow_recursion = false;  // of the function
        std::string dead_letter_queue{};
        bool operator==(const Configuration&) const = default;
    };

    QueueMapping(const Dependencies& dependencies, Configuration configuration);

    void start() override;
    void stop() override;
    bool wait(std::chrono::nanoseconds until) override { return activity_.wait_idle(until); }

  private:
    struct Entry {
        model::Message message;  // without its body
        std::string record;      // rendered
        base::TimePoint received_at{};
    };
    struct Poller;  // collects one batch
    struct Batch;   // a batch that runs
    using PollerPtr = std::shared_ptr<Poller>;
    using BatchPtr = std::shared_ptr<Batch>;

    void start_pollers();
    void poll(const PollerPtr& poller);
    void received(const PollerPtr& poller, std::uint32_t asked,
                  base::Result<std::vector<model::Message>> result);
    // Those to be delivered, rendered; what becomes of the others is on its way.
    std::vector<Entry> screen(std::vector<model::Message> messages);
    void discard(std::vector<std::string> receipt_handles);
    void stop_loops(std::vector<model::Message> messages);
    void take(Poller& poller, Entry entry);  // under mutex_
    void adapt(bool backlog);                // under mutex_
    [[nodiscard]] std::size_t most_batches() const;
    void pause(const PollerPtr& poller, const std::string& why);
    void dispatch(const PollerPtr& poller);
    void release(std::vector<Entry> entries);

    void invoke(const BatchPtr& batch);
    void ended(const BatchPtr& batch, model::Outcome outcome);
    void hold(const BatchPtr& batch, const model::Outcome& outcome);
    [[nodiscard]] std::vector<bool> failed_entries(const Batch& batch, model::Outcome outcome) const;
    void finish(const BatchPtr& batch);
    void remove_succeeded(const BatchPtr& batch);
    void return_failed(const BatchPtr& batch);
    void retire(const BatchPtr& batch);
    // After the store refused: logs what could not be done, and calls `again` in a second. False where that would be in
    // vain, because the source stops or the queue is gone.
    bool try_again(const base::Error& error, std::string_view what, base::UniqueFunction<void()> again);

    const Dependencies dependencies_;
    const Configuration configuration_;
    const EventFilter filter_;
    Activity activity_;

    std::mutex mutex_;  // guards what follows
    bool stopping_ = false;
    bool failing_ = false;  // the last receive failed: said once
    std::size_t wanted_pollers_ = 1;
    std::uint32_t running_ = 0;
    std::map<Poller*, PollerPtr> pollers_;
    std::map<BatchPtr, base::TimerId> held_;  // batches that wait for their function
    std::deque<Entry> left_over_;             // received, but too large for the batch of their poller
    std::uint64_t average_bytes_ = 64 * 1024;
};

}  // namespace faasd::sources
