#include "base/timers.hpp"

#include <algorithm>

#include "base/thread_name.hpp"

namespace faasd::base {

TimerId TimerQueue::add(TimePoint when, UniqueFunction<void()> callback) {
    const TimerId id = ++last_id_;
    entries_.emplace(Key{when, id}, std::move(callback));
    when_.emplace(id, when);
    return id;
}

bool TimerQueue::cancel(TimerId id) {
    const auto found = when_.find(id);
    if (found == when_.end()) return false;
    entries_.erase(Key{found->second, id});
    when_.erase(found);
    return true;
}

std::optional<TimePoint> TimerQueue::next_deadline() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.begin()->first.first;
}

UniqueFunction<void()> TimerQueue::pop_due(TimePoint now) {
    if (entries_.empty() || entries_.begin()->first.first > now) return {};
    auto node = entries_.extract(entries_.begin());
    when_.erase(node.key().second);
    return std::move(node.mapped());
}

ThreadTimers::ThreadTimers(const Clock& clock) : clock_(clock), thread_([this] { run(); }) {}

ThreadTimers::~ThreadTimers() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

TimerId ThreadTimers::at(TimePoint when, UniqueFunction<void()> callback) {
    bool earlier = false;
    TimerId id = 0;
    {
        std::lock_guard lock(mutex_);
        const auto next = queue_.next_deadline();
        earlier = !next || when < *next;
        id = queue_.add(when, std::move(callback));
    }
    if (earlier) changed_.notify_all();
    return id;
}

bool ThreadTimers::cancel(TimerId id) {
    std::lock_guard lock(mutex_);
    return queue_.cancel(id);
}

void ThreadTimers::run() {
    set_thread_name("timers");
    // A step of the wall clock must not leave a deadline asleep for longer than this.
    constexpr Duration longest_sleep = std::chrono::seconds{30};
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (auto callback = queue_.pop_due(clock_.now())) {
            lock.unlock();
            callback();
            callback.reset();
            lock.lock();
            continue;
        }
        const auto next = queue_.next_deadline();
        if (!next) {
            changed_.wait(lock);
        } else {
            changed_.wait_for(lock, std::min<Duration>(*next - clock_.now(), longest_sleep));
        }
    }
}

TimerId ManualTimers::at(TimePoint when, UniqueFunction<void()> callback) {
    std::lock_guard lock(mutex_);
    return queue_.add(when, std::move(callback));
}

bool ManualTimers::cancel(TimerId id) {
    std::lock_guard lock(mutex_);
    return queue_.cancel(id);
}

std::optional<TimePoint> ManualTimers::next_deadline() {
    std::lock_guard lock(mutex_);
    return queue_.next_deadline();
}

void ManualTimers::advance(Duration by) {
    const TimePoint end = clock_.now() + by;
    while (true) {
        UniqueFunction<void()> callback;
        {
            std::lock_guard lock(mutex_);
            const auto next = queue_.next_deadline();
            if (!next || *next > end) break;
            if (*next > clock_.now()) clock_.set(*next);
            callback = queue_.pop_due(clock_.now());
        }
        callback();
    }
    clock_.set(end);
}

}  // namespace faasd::base
