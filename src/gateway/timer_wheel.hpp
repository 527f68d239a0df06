// Deadlines of many connections at the price of a store each: a hashed wheel of coarse ticks.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>

namespace faasd::gateway {

// Milliseconds of the monotonic clock.
using Millis = std::int64_t;

// Something with one deadline. Unlinks itself when destroyed.
class TimerNode {
  public:
    TimerNode() = default;
    TimerNode(const TimerNode&) = delete;
    TimerNode& operator=(const TimerNode&) = delete;

  protected:
    ~TimerNode() { unlink(); }

  private:
    friend class TimerWheel;
    [[nodiscard]] bool linked() const { return previous_ != nullptr; }
    void unlink() {
        if (!linked()) return;
        *previous_ = next_;
        if (next_) next_->previous_ = previous_;
        previous_ = nullptr;
        next_ = nullptr;
    }

    TimerNode** previous_ = nullptr;
    TimerNode* next_ = nullptr;
    Millis deadline_ = 0;
    std::int64_t tick_ = 0;  // where it is filed; never after the deadline's tick
};

// Not thread-safe. A deadline that moves later, or goes away, is only noted; the node is filed anew when its old
// slot comes up. So a connection that is busy costs nothing here. Expiry is late by up to one tick, never early.
class TimerWheel {
  public:
    static constexpr Millis kTick = 16;
    static constexpr std::int64_t kSlots = 2048;  // farther deadlines wait in the last slot and are filed anew

    explicit TimerWheel(Millis now) : current_(now / kTick) {}
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;

    // True when the wheel's next expiry came earlier, so that whoever sleeps until next() has to wake sooner.
    bool schedule(TimerNode& node, Millis deadline) {
        node.deadline_ = deadline;
        const std::int64_t tick = deadline / kTick + 1;
        if (node.linked() && node.tick_ <= tick) return false;
        node.unlink();
        return file(node, tick);
    }
    void cancel(TimerNode& node) { node.deadline_ = kNever; }
    [[nodiscard]] static bool due(const TimerNode& node, Millis now) { return node.deadline_ <= now; }

    // Calls `expired(node)` for each node whose deadline is past; the node is no longer scheduled.
    template <class Expired>
    void advance(Millis now, Expired&& expired) {
        const std::int64_t target = now / kTick;
        if (target - current_ >= kSlots) current_ = target - kSlots;
        while (current_ < target) {
            ++current_;
            const auto slot = slot_of(current_);
            TimerNode* node = slots_[slot];
            slots_[slot] = nullptr;
            occupied_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
            if (node) node->previous_ = &node;
            while (node) {
                TimerNode& first = *node;
                first.unlink();
                if (first.deadline_ == kNever) continue;
                if (first.deadline_ <= now) {
                    expired(first);
                } else {
                    file(first, first.deadline_ / kTick + 1);
                }
            }
        }
    }

    // When to call advance() next; may be early.
    [[nodiscard]] std::optional<Millis> next() const {
        for (std::int64_t step = 1; step <= kSlots;) {
            const auto slot = slot_of(current_ + step);
            const std::uint64_t word = occupied_[slot / 64] >> (slot % 64);
            if (word != 0) {
                step += std::countr_zero(word);
                if (step > kSlots) break;
                return (current_ + step) * kTick;
            }
            step += static_cast<std::int64_t>(64 - slot % 64);
        }
        return std::nullopt;
    }

  private:
    static constexpr Millis kNever = std::numeric_limits<Millis>::max();
    static std::size_t slot_of(std::int64_t tick) { return static_cast<std::size_t>(tick % kSlots); }

    bool file(TimerNode& node, std::int64_t tick) {
        const auto before = next();
        if (tick <= current_) tick = current_ + 1;
        if (tick >= current_ + kSlots) tick = current_ + kSlots - 1;
        const auto slot = slot_of(tick);
        node.tick_ = tick;
        node.previous_ = &slots_[slot];
        node.next_ = slots_[slot];
        if (node.next_) node.next_->previous_ = &node.next_;
        slots_[slot] = &node;
        occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64);
        return !before || tick * kTick < *before;
    }

    std::int64_t current_;
    std::array<TimerNode*, kSlots> slots_{};
    std::array<std::uint64_t, kSlots / 64> occupied_{};
};

}  // namespace faasd::gateway
