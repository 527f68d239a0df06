#include "runtime/executor.hpp"

#include <condition_variable>
#include <exception>
#include <thread>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/thread_name.hpp"
#include "base/wake_batch.hpp"

namespace faasd::runtime {
namespace {

constexpr auto kTick = std::chrono::milliseconds{1};
constexpr int kTicksBeforeSleep = 20;  // without any call in place
constexpr int kTicksOfDeadlock = 3;

enum State : std::uint64_t { idle = 0, in_place = 1, stolen = 2 };
constexpr std::uint64_t word(std::uint64_t sequence, State state) {
    return sequence << 2 | state;
}

}  // namespace

struct Executor::Loop {
    Executor* executor = nullptr;
    model::IoLoop* io = nullptr;
    std::atomic<std::uint64_t> state{0};
    std::uint64_t seen = 0;  // the watcher's
};

namespace {

struct Runner {
    void* loop = nullptr;        // the Executor::Loop that this thread runs, while it is its own
    std::uint64_t in_place = 0;  // the state's word during a call, otherwise 0
    bool inside = false;         // of IoLoop::run_one
};
thread_local Runner runner;

}  // namespace

Executor::Executor(PoolOptions options) : pool_(options) {
    pool_.on_backlog([this] { wake_watcher(); });
    watcher_ = std::thread([this] { watch(); });
}

Executor::~Executor() {
    pool_.stop();
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    watching_.store(1, std::memory_order_seq_cst);
    watching_.notify_one();
    watcher_.join();
}

void Executor::drive(model::IoLoop& io) {
    Loop* loop = nullptr;
    {
        std::lock_guard lock(mutex_);
        loops_.push_back(std::make_unique<Loop>());
        loop = loops_.back().get();
        loop->executor = this;
        loop->io = &io;
        ++leaders_;
    }
    pool_.submit([this, loop] { lead(*loop); }, JobKind::urgent);
}

void Executor::lead(Loop& loop) {
    runner = Runner{&loop, 0, true};
    loop.io->set_owner(model::this_thread_token());
    while (loop.io->run_one() && runner.loop == &loop) {
    }
    // A thief has set the owner already.
    if (runner.loop == &loop) loop.io->set_owner(nullptr);
    runner = Runner{};
    std::lock_guard lock(mutex_);
    --leaders_;
    changed_.notify_all();
}

bool Executor::wait_for_loops(base::Duration at_most) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, at_most, [this] { return leaders_ == 0; });
}

void Executor::post(base::UniqueFunction<void()> job) {
    pool_.submit(
        [job = std::move(job)]() mutable {
            try {
                job();
            } catch (const std::exception& problem) {
                spdlog::error("a job failed: {}", problem.what());
            }
        },
        JobKind::blocking);
}

bool Executor::can_run_in_place() {
    return runner.loop && !runner.in_place;
}
bool Executor::may_touch_loop() {
    return !runner.inside || (runner.loop && !runner.in_place);
}

void Executor::begin_in_place() {
    base::WakeBatch::end();
    auto& loop = *static_cast<Loop*>(runner.loop);
    runner.in_place = word((loop.state.load(std::memory_order_relaxed) >> 2) + 1, in_place);
    // Sequentially consistent, as are the watcher's steps before it sleeps: one of the two sees the other.
    loop.state.store(runner.in_place, std::memory_order_seq_cst);
    if (loop.executor->watching_.load(std::memory_order_seq_cst) == 0) loop.executor->wake_watcher();
}

bool Executor::end_in_place() {
    auto& loop = *static_cast<Loop*>(runner.loop);
    std::uint64_t expected = std::exchange(runner.in_place, 0);
    if (loop.state.compare_exchange_strong(expected, word(expected >> 2, idle), std::memory_order_acq_rel))
        return true;
    // The thief is between its swap and taking the ownership away: nobody may see on_loop() true after this.
    while (loop.io->on_loop())
        std::this_thread::yield();
    runner.loop = nullptr;
    return false;
}

void Executor::wake_watcher() {
    if (watching_.exchange(1, std::memory_order_seq_cst) == 0) watching_.notify_one();
}

void Executor::watch() {
    base::set_thread_name("watch");
    int quiet_ticks = 0, deadlocked_ticks = 0;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        bool active = pool_.tick();
        // Some call may be running on a loop right now: it would have ended, or become a worker, by the next looks.
        deadlocked_ticks = active && on_deadlock_ && pool_.deadlocked() ? deadlocked_ticks + 1 : 0;
        for (const auto& loop : loops_) {
            std::uint64_t state = loop->state.load(std::memory_order_seq_cst);
            if (state != loop->seen) {
                loop->seen = state;
                active = true;
            } else if ((state & 3) == in_place) {
                active = true;
                const std::uint64_t taken = word(state >> 2, stolen);
                if (!loop->state.compare_exchange_strong(state, taken, std::memory_order_acq_rel)) continue;
                // Nobody owns it until the new runner says so: the old one must not think it does.
                loop->io->set_owner(nullptr);
                takeovers_.fetch_add(1, std::memory_order_relaxed);
                ++leaders_;
                Loop* next = loop.get();
                pool_.submit([this, next] { lead(*next); }, JobKind::urgent);
            }
        }
        quiet_ticks = active ? 0 : quiet_ticks + 1;
        lock.unlock();
        if (deadlocked_ticks >= kTicksOfDeadlock) on_deadlock_();
        if (quiet_ticks < kTicksBeforeSleep) {
            std::this_thread::sleep_for(kTick);
        } else {
            quiet_ticks = 0;
            watching_.store(0, std::memory_order_seq_cst);
            // What began between the last look and this one has not woken us: look once more.
            bool missed = false;
            lock.lock();
            for (const auto& loop : loops_)
                missed = missed || loop->state.load(std::memory_order_seq_cst) != loop->seen;
            missed = missed || stopping_ || pool_.tick();
            lock.unlock();
            if (missed)
                watching_.store(1, std::memory_order_seq_cst);
            else
                watching_.wait(0, std::memory_order_seq_cst);
        }
        lock.lock();
    }
}

}  // namespace faasd::runtime
