// Delivers the asynchronous invocations of one function from their queue.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "model/app.hpp"
#include "sources/activity.hpp"
#include "sources/async/async_message.hpp"
#include "sources/long_poll.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

struct AsyncTarget {
    std::string function;
    std::uint32_t concurrency = 1000;
    AsyncLimits limits;
    std::string dead_letter_queue;
    std::optional<model::Destination> on_success, on_failure;

    [[nodiscard]] static AsyncTarget of(const model::FunctionDefinition& function);
    bool operator==(const AsyncTarget& other) const = default;
};

// Every step is one transaction on the queue: a success removes the message; a retry replaces it by one that
// is delayed and knows of one more failure; giving up replaces it by a record at the on-failure destination
// and by the event itself in the dead-letter queue (without either, the event and its error are logged and
// dropped, as Lambda does). A record for a bucket is an object that is written just before. Where all of them
// are missing or refuse, a failed event is kept and they are tried again each minute; a success is not held
// up by its destination. An event that is in a loop is given up without a retry. An event whose function is
// throttled, unavailable or missing waits with growing pauses, uncounted, up to its greatest age. A delivery
// that the end of the daemon cut short is repeated at once and not counted: a function that takes the daemon
// down is the quarantine's business.
class AsyncDelivery final : public Source, public std::enable_shared_from_this<AsyncDelivery> {
  public:
    AsyncDelivery(const Dependencies& dependencies, AsyncTarget target);

    void start() override;
    void stop() override;
    bool wait(std::chrono::nanoseconds until) override { return activity_.wait_idle(until); }

    [[nodiscard]] const AsyncTarget& target() const { return target_; }

  private:
    struct Delivery;
    using DeliveryPtr = std::shared_ptr<Delivery>;

    void receive_more();
    void received(base::Result<std::vector<model::Message>> result);
    void deliver(const DeliveryPtr& delivery);
    void ended(const DeliveryPtr& delivery, model::Outcome outcome);
    void give_up(const DeliveryPtr& delivery, AsyncMessage::Failure failure);
    // Writes what became of the delivery, again and again until the store takes it or the source stops.
    void settle(const DeliveryPtr& delivery);
    base::Result<> settle_in(model::Transaction& transaction, Delivery& delivery);
    // What the destination of this delivery is told, if it has one.
    void prepare_record(Delivery& delivery) const;
    // Whether somebody took what was given up on, or nobody is to.
    bool hand_over(model::Transaction& transaction, Delivery& delivery);
    void settled(const DeliveryPtr& delivery, const base::Result<>& result);

    const Dependencies dependencies_;
    const AsyncTarget target_;
    const std::string queue_;
    Activity activity_;
    LongPoll poll_;

    std::mutex mutex_;  // guards what follows
    bool stopping_ = false;
    bool receiving_ = false;
    bool failing_ = false;  // the last receive failed: said once
    std::uint32_t in_flight_ = 0;
    std::uint64_t bytes_in_flight_ = 0;
    std::uint64_t average_bytes_ = 64 * 1024;
    base::TimerId pause_ = 0;
};

}  // namespace faasd::sources
