// When a batch of messages leaves for its function: as soon as it is full, its payload reaches the limit, or
// its window ends, whichever comes first (AWS Lambda Developer Guide, "Batching behavior").
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace faasd::sources {

// The payload of a synchronous invocation, of which a batch is one.
inline constexpr std::uint64_t kMaxBatchBytes = 6 * 1024 * 1024;

struct BatchLimits {
    std::uint32_t max_messages = 10;
    base::Duration window{0};  // counted from the first message; 0: what one receive brought leaves at once
    std::uint64_t max_bytes = kMaxBatchBytes;
};

// Sans I/O: the time and sizes come in, the decision goes out. Not thread-safe.
class BatchWindow {
  public:
    // `envelope`: bytes that a batch has around its messages; `separator`: between two of them.
    explicit BatchWindow(BatchLimits limits, std::uint64_t envelope = 0, std::uint64_t separator = 0)
        : limits_(limits), envelope_(envelope), separator_(separator) {}

    // Whether a message of this size goes into the batch. One that would burst it does not, and closes it; a
    // first message always goes in, however large.
    bool add(std::uint64_t bytes, base::TimePoint now);

    // Whether the batch leaves now.
    [[nodiscard]] bool due(base::TimePoint now) const;
    // When it leaves at the latest; none while it is empty.
    [[nodiscard]] std::optional<base::TimePoint> deadline() const;
    // How many more messages it takes.
    [[nodiscard]] std::uint32_t room() const { return closed_ ? 0 : limits_.max_messages - messages_; }
    [[nodiscard]] bool empty() const { return messages_ == 0; }
    // For the next batch.
    void reset();

  private:
    BatchLimits limits_;
    std::uint64_t envelope_, separator_;
    std::uint32_t messages_ = 0;
    std::uint64_t bytes_ = 0;
    bool closed_ = false;
    std::optional<base::TimePoint> first_at_;
};

}  // namespace faasd::sources
