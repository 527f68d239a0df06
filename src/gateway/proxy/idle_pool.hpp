// Connections that wait for their next request.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/timer_wheel.hpp"

namespace faasd::gateway {

// Sans I/O: `T` is a movable handle, a std::unique_ptr. The one that came last is taken first, so that the rest can
// grow old and go.
template <class T>
class IdlePool {
  public:
    IdlePool(std::size_t capacity, Millis keep) : capacity_(capacity), keep_(keep) {}

    // What has to be closed for it: the oldest where the pool is full, the new one itself where it holds none.
    [[nodiscard]] std::optional<T> put(T handle, Millis now) {
        if (capacity_ == 0 || keep_ <= 0) return handle;
        entries_.push_back({std::move(handle), now + keep_});
        if (entries_.size() <= capacity_) return std::nullopt;
        T oldest = std::move(entries_.front().handle);
        entries_.pop_front();
        return oldest;
    }
    // The youngest, unless it is too old.
    [[nodiscard]] std::optional<T> take(Millis now) {
        if (entries_.empty() || entries_.back().until <= now) return std::nullopt;
        T handle = std::move(entries_.back().handle);
        entries_.pop_back();
        return handle;
    }
    // Those that are too old.
    [[nodiscard]] std::vector<T> expire(Millis now) {
        std::vector<T> old;
        while (!entries_.empty() && entries_.front().until <= now) {
            old.push_back(std::move(entries_.front().handle));
            entries_.pop_front();
        }
        return old;
    }
    // The one for which `is(handle)`, where it is still here.
    template <class Predicate>
    [[nodiscard]] std::optional<T> remove(Predicate is) {
        for (auto it = entries_.begin(); it != entries_.end(); ++it) {
            if (!is(it->handle)) continue;
            T handle = std::move(it->handle);
            entries_.erase(it);
            return handle;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::optional<Millis> next_deadline() const {
        if (entries_.empty()) return std::nullopt;
        return entries_.front().until;
    }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    void clear() { entries_.clear(); }

  private:
    struct Entry {
        T handle;
        Millis until;
    };
    std::deque<Entry> entries_;  // oldest first
    std::size_t capacity_;
    Millis keep_;
};

}  // namespace faasd::gateway
