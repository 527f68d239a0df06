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

// Thread-safe. A file counts as a page at least, so that the budget bounds the entries as well.
class CachedWrites {
  public:
    // What is older than the newest `budget` bytes is to be written out, and what is older than twice as many to be dropped:
    // by then it is on the disk, and nobody waits for it.
    explicit CachedWrites(std::uint64_t budget) : kept_{budget}, leaving_{budget} {}

    struct Steps {  // the oldest first
        std::vector<Extent> write_out, drop;
    };
    // Adds what was written.
    [[nodiscard]] Steps add(Extent extent);

  private:
    struct Queue {
        std::uint64_t budget = 0, bytes = 0;
        std::deque<Extent> extents{};
    };
    // Adds to the queue; what is over its budget then.
    static std::vector<Extent> push(Queue& queue, Extent extent);

    std::mutex mutex_;
    Queue kept_, leaving_;  // guarded by mutex_
};

}  // namespace faasd::blob
