// Log entries in a fixed piece of memory: appending costs a copy and allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "model/invocation_log.hpp"

namespace faasd::runtime {

// Not thread-safe. The memory is touched as it is used.
class RecordRing {
  public:
    // Messages and other texts beyond this are cut.
    static constexpr std::size_t kMaxText = 16 * 1024;

    explicit RecordRing(std::size_t capacity);  // bytes; at least 128 KiB
    // Numbers it; the oldest ones make room.
    std::uint64_t append(const model::LogEntry& entry);
    [[nodiscard]] std::uint64_t newest() const { return next_ - 1; }  // 0: none
    // Copies matching entries after query.after to the page, as many as query.limit and about `bytes` allow, and says in
    // page.next how far it has looked. False: it has not seen all yet.
    bool read(const model::LogQuery& query, std::size_t bytes, model::LogPage& page) const;

  private:
    struct Header;
    [[nodiscard]] std::size_t skip_gap(std::size_t at) const;
    void drop_oldest();

    const std::size_t capacity_;
    const std::unique_ptr<char[]> memory_;
    std::size_t first_ = 0, end_ = 0;  // of the oldest entry, and behind the newest
    std::uint64_t oldest_ = 1, next_ = 1;
    // Where each 64th entry is, so that following needs no search.
    std::deque<std::size_t> marks_;
};

}  // namespace faasd::runtime
