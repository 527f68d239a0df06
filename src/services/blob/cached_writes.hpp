// How much of what was written stays in the system's memory: objects that are larger than that flow through, and do not
// push out what other programs of the machine have there.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace faasd::blob {

using FileId = std::int64_t;  // random, positive

// A piece of a file.
struct Extent {
    FileId file = 0;
    std::uint64_t offset = 0, length = 0;
};

// Thread-safe. Memory: an entry a file or 8 MiB of one, within the budget.
class CachedWrites {
  public:
    explicit CachedWrites(std::uint64_t budget) : budget_(budget) {}

    // Adds what was written. Returns what is over the budget now, the oldest first.
    [[nodiscard]] std::vector<Extent> add(Extent extent);

  private:
    const std::uint64_t budget_;
    std::mutex mutex_;
    // Guarded by mutex_:
    std::deque<Extent> extents_;
    std::uint64_t bytes_ = 0;
};

}  // namespace faasd::blob
