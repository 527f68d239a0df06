// The gateway's loop: one io_context, and beside it a poller that hands out one ready connection a turn.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "base/wake_batch.hpp"
#include "gateway/timer_wheel.hpp"
#include "model/io_loop.hpp"

namespace boost::asio {
class io_context;
}

namespace faasd::gateway {

// Something that is served by the loop. Belongs to the loop's thread.
class Pollable {
  public:
    virtual ~Pollable() = default;
    // `events`: the epoll bits that came since the last call, and kDeadline; 0 where it was only enqueued. It is
    // the whole of its turn, so it may delete *this. Leaving to foreign code must be its last action.
    virtual void on_ready(std::uint32_t events) = 0;

  private:
    friend class IoContextLoop;
    Pollable* next_ready_ = nullptr;
    std::uint32_t events_ = 0;
    bool queued_ = false;
};

// A message to the loop that needs no memory of its own: a member of what it is about.
struct Posted {
    Posted* next = nullptr;
    void (*run)(Posted&) = nullptr;
};

// Which thread runs the loop may change while a turn is still in progress (model/io_loop.hpp). Hence:
// - a turn serves one Pollable, and running a function is the last thing it does: nothing is left behind in the
//   thread that loses the loop (Asio alone would leave it behind: completions that are posted within a handler
//   wait in a queue private to the thread until that handler returns);
// - other threads reach the loop through post() only: a lock-free stack, and one eventfd write for all that is
//   posted until the loop looks;
// - the turns between two looks at the sockets are one WakeBatch: the store is woken once for the requests of all.
class IoContextLoop final : public model::IoLoop, private base::Wakeable {
  public:
    // Set in the events of a Pollable whose deadline passed.
    static constexpr std::uint32_t kDeadline = 1U << 24;

    IoContextLoop();
    ~IoContextLoop() override;  // no thread may be inside

    bool run_one() override;
    void stop() override;  // thread-safe
    // Owns the loop on the calling thread until it is stopped: for programs without an executor.
    void run();

    // Thread-safe. The node must stay until it has run, on the loop, in order of posting for each thread.
    void post(Posted& node);
    void post(base::UniqueFunction<void()> task);

    // All that follows: on the loop only.

    // Edge-triggered, for reading and writing, until unwatch().
    [[nodiscard]] std::error_code watch(int descriptor, Pollable& pollable);
    // Before the descriptor is closed: closing ends no watch while a child between fork and exec holds a copy of it, and
    // its events would go to an object that is gone.
    void unwatch(int descriptor);
    // Gives it a turn of its own soon.
    void enqueue(Pollable& pollable, std::uint32_t events = 0);
    // It gets no turn any more. Its descriptor must be closed already.
    void forget(Pollable& pollable);
    // Everything written before is visible to the thread that takes over: call it before foreign code.
    void hand_out() {
        handed_out_.store(handed_out_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    // A node that is a Pollable as well: it gets kDeadline when its deadline passes.
    template <class T>
    void set_deadline(T& target, Millis deadline) {
        static_assert(std::is_base_of_v<PollableTimer, T>);
        if (wheel_.schedule(target, deadline)) arm_timer();
    }
    template <class T>
    void clear_deadline(T& target) {
        wheel_.cancel(target);
    }
    [[nodiscard]] static Millis now();

    // One for all connections: an idle one holds no buffer. Its bytes last until the end of the turn.
    [[nodiscard]] std::span<char> receive_buffer() { return {receive_buffer_.get(), kReceiveBuffer}; }
    [[nodiscard]] std::string& scratch() { return scratch_; }
    [[nodiscard]] boost::asio::io_context& context();

    class PollableTimer : public Pollable, public TimerNode {};

  private:
    static constexpr std::size_t kReceiveBuffer = 64 * 1024;
    struct Asio;

    void wake() override;
    void poll_events();
    bool drain_posted();
    bool run_ready();
    void arm_poll();
    void arm_timer();

    std::atomic<std::uint64_t> handed_out_{0};
    std::atomic<bool> stopped_{false};
    std::atomic<Posted*> posted_{nullptr};
    Posted* inbox_ = nullptr;  // taken from posted_, in order
    int epoll_ = -1;
    int wake_ = -1;
    Pollable* ready_first_ = nullptr;
    Pollable* ready_last_ = nullptr;
    std::uint32_t turns_ = 0;
    TimerWheel wheel_;
    std::unique_ptr<char[]> receive_buffer_;
    std::string scratch_;
    std::unique_ptr<Asio> asio_;
};

}  // namespace faasd::gateway
