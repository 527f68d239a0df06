#include "runtime/pool.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <malloc.h>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace faasd::runtime {

struct Pool::Worker {
    std::shared_ptr<State> pool;
    std::condition_variable wake;
    // Guarded by the pool's mutex:
    std::size_t position = 0;  // in State::running
    bool woken = false;
    bool counted = false;  // in State::runnable
    bool leads = false;    // runs an urgent job: the loop, which does not end
    int blocked = 0;       // Blocked objects alive
};

struct Pool::State {
    using Job = base::UniqueFunction<void()>;

    explicit State(PoolOptions o) : options(o) {}

    PoolOptions options;
    mutable std::mutex mutex;
    std::condition_variable quiet;  // workers or jobs became fewer
    // All guarded by mutex:
    std::deque<std::pair<Job, JobKind>> eager;  // urgent and blocking ones
    std::deque<Job> jobs;                       // unknown ones
    std::vector<Worker*> idle;                  // the last one is the warmest
    std::vector<Worker*> running;
    std::size_t workers = 0, peak = 0, waking = 0, runnable = 0, leading = 0, chained = 0;
    std::ptrdiff_t written_off = 0;  // a call may come back before it is written off
    std::size_t allowed = 1;         // runnable workers at once; grows while nothing progresses
    std::uint64_t taken = 0, taken_at_tick = 0;
    bool stopped = false;
    base::UniqueFunction<void()> on_backlog;

    [[nodiscard]] std::size_t room() const {
        const auto stuck = static_cast<std::size_t>(std::max<std::ptrdiff_t>(written_off, 0));
        return options.max_workers + std::min(stuck, options.max_written_off) + leading;
    }
    [[nodiscard]] bool waiting() const { return !eager.empty() || !jobs.empty(); }
    [[nodiscard]] bool may_start() const { return !eager.empty() || (!jobs.empty() && runnable < allowed); }
    void uncount(Worker& worker) {
        if (std::exchange(worker.counted, false)) --runnable;
    }

    static void advance(const std::shared_ptr<State>& self);
    static void work(std::shared_ptr<State> self);
    bool take(Worker& worker, Job& job);
    void finished(Worker& worker);
    bool sleep(std::unique_lock<std::mutex>& lock, Worker& worker);
};

namespace {
thread_local void* current_worker = nullptr;
}

// Wakes or starts one worker if a waiting job may start now. At most one is on its way at a time, since each
// looks for the next before it runs its job: a burst costs its submitter one wake.
void Pool::State::advance(const std::shared_ptr<State>& self) {
    State& pool = *self;
    if (!pool.waiting() || pool.stopped) return;
    if (pool.may_start() && pool.waking == 0) {
        if (!pool.idle.empty()) {
            Worker* worker = pool.idle.back();
            pool.idle.pop_back();
            worker->woken = true;
            ++pool.waking;
            worker->wake.notify_one();
        } else if (pool.workers < pool.room()) {
            ++pool.workers;
            ++pool.waking;
            pool.peak = std::max(pool.peak, pool.workers);
            if (!start_thread("pool", pool.options.stack_size, [self]() mutable { work(std::move(self)); })) {
                --pool.workers;
                --pool.waking;
            }
        }
    }
    if (pool.on_backlog) pool.on_backlog();
}

bool Pool::State::take(Worker& worker, Job& job) {
    if (stopped || !may_start()) return false;
    if (!eager.empty()) {
        job = std::move(eager.front().first);
        worker.leads = eager.front().second == JobKind::urgent;
        if (worker.leads) ++leading;
        eager.pop_front();
    } else {
        job = std::move(jobs.front());
        jobs.pop_front();
        worker.counted = true;
        ++runnable;
    }
    ++taken;
    worker.position = running.size();
    running.push_back(&worker);
    return true;
}

void Pool::State::finished(Worker& worker) {
    uncount(worker);
    if (std::exchange(worker.leads, false)) --leading;
    running[worker.position] = running.back();
    running[worker.position]->position = worker.position;
    running.pop_back();
    if (running.size() == leading && !waiting()) quiet.notify_all();
}

// False: the worker retires.
bool Pool::State::sleep(std::unique_lock<std::mutex>& lock, Worker& worker) {
    if (stopped) return false;
    idle.push_back(&worker);
    const auto woken = [&] { return worker.woken || stopped; };
    // The one at the bottom stays, so that a quiet daemon answers without starting a thread.
    if (idle.size() == 1)
        worker.wake.wait(lock, woken);
    else
        worker.wake.wait_for(lock, options.idle_time, woken);
    if (std::exchange(worker.woken, false)) {
        --waking;
        return true;
    }
    idle.erase(std::find(idle.begin(), idle.end(), &worker));
    return false;
}

void Pool::State::work(std::shared_ptr<State> self) {
    State& pool = *self;
    Worker worker;
    worker.pool = self;
    current_worker = &worker;
    std::unique_lock lock(pool.mutex);
    --pool.waking;
    Job job;
    do {
        while (pool.take(worker, job)) {
            advance(self);
            lock.unlock();
            job();
            job.reset();
            lock.lock();
            pool.finished(worker);
        }
    } while (pool.sleep(lock, worker));
    current_worker = nullptr;
    --pool.workers;
    const bool shrunk = pool.workers <= 4 && pool.peak > 64;
    if (shrunk) pool.peak = pool.workers;
    advance(self);
    pool.quiet.notify_all();
    lock.unlock();
    // What a crowd of threads has freed goes back to the system.
    if (shrunk) ::malloc_trim(0);
}

Pool::Pool(PoolOptions options) {
    if (options.runnable == 0) options.runnable = std::max(1u, std::thread::hardware_concurrency());
    state_ = std::make_shared<State>(options);
    state_->allowed = options.runnable;
}

Pool::~Pool() {
    stop();
}

void Pool::submit(base::UniqueFunction<void()> job, JobKind kind) {
    std::lock_guard lock(state_->mutex);
    if (state_->stopped) return;
    if (kind == JobKind::unknown)
        state_->jobs.push_back(std::move(job));
    else if (kind == JobKind::blocking)
        state_->eager.emplace_back(std::move(job), kind);
    else
        state_->eager.emplace_front(std::move(job), kind);
    State::advance(state_);
}

Pool::Blocked::Blocked() {
    auto* worker = static_cast<Worker*>(current_worker);
    if (!worker) return;
    std::lock_guard lock(worker->pool->mutex);
    ++worker->blocked;
    worker->pool->uncount(*worker);
    State::advance(worker->pool);
}

Pool::Blocked::~Blocked() {
    auto* worker = static_cast<Worker*>(current_worker);
    if (!worker) return;
    std::lock_guard lock(worker->pool->mutex);
    if (--worker->blocked > 0 || worker->counted || worker->leads) return;
    worker->counted = true;
    ++worker->pool->runnable;
}

Pool::ChainWait::ChainWait() {
    auto* worker = static_cast<Worker*>(current_worker);
    // A leader has a room of its own.
    if (!worker || worker->leads) return;
    pool_ = worker->pool;
    std::lock_guard lock(pool_->mutex);
    ++pool_->chained;
}

Pool::ChainWait::~ChainWait() {
    if (!pool_) return;
    std::lock_guard lock(pool_->mutex);
    --pool_->chained;
}

bool Pool::deadlocked() const {
    std::lock_guard lock(state_->mutex);
    const State& pool = *state_;
    if (pool.chained == 0 || !pool.waiting() || pool.stopped) return false;
    if (pool.waking > 0 || !pool.idle.empty() || pool.workers < pool.room()) return false;
    const auto stuck = static_cast<std::size_t>(std::max<std::ptrdiff_t>(pool.written_off, 0));
    return pool.chained + stuck + pool.leading >= pool.running.size();
}

bool Pool::tick() {
    std::lock_guard lock(state_->mutex);
    State& pool = *state_;
    if (!pool.waiting() || pool.stopped) {
        pool.allowed = pool.options.runnable;
        return false;
    }
    if (pool.taken == pool.taken_at_tick) {
        const std::size_t stalled = pool.runnable;
        for (Worker* worker : pool.running)
            pool.uncount(*worker);
        pool.allowed = std::max(pool.options.runnable, std::min(2 * stalled, pool.options.max_workers));
    }
    pool.taken_at_tick = pool.taken;
    State::advance(state_);
    return true;
}

void Pool::on_backlog(base::UniqueFunction<void()> callback) {
    std::lock_guard lock(state_->mutex);
    state_->on_backlog = std::move(callback);
}

void Pool::write_off() {
    std::lock_guard lock(state_->mutex);
    ++state_->written_off;
    State::advance(state_);
}

void Pool::write_back() {
    std::lock_guard lock(state_->mutex);
    --state_->written_off;
}

std::size_t Pool::max_workers() const {
    return state_->options.max_workers;
}

PoolStatus Pool::status() const {
    std::lock_guard lock(state_->mutex);
    return {state_->workers, state_->idle.size(), state_->jobs.size() + state_->eager.size(),
            static_cast<std::size_t>(std::max<std::ptrdiff_t>(state_->written_off, 0)), state_->peak};
}

bool Pool::drain(base::Duration at_most) {
    std::unique_lock lock(state_->mutex);
    return state_->quiet.wait_for(
        lock, at_most, [&] { return !state_->waiting() && state_->running.size() == state_->leading; });
}

void Pool::stop(base::Duration at_most) {
    std::deque<std::pair<State::Job, JobKind>> eager;
    std::deque<State::Job> jobs;
    std::unique_lock lock(state_->mutex);
    state_->stopped = true;
    state_->on_backlog.reset();
    eager.swap(state_->eager);
    jobs.swap(state_->jobs);
    for (Worker* worker : state_->idle)
        worker->wake.notify_one();
    state_->quiet.wait_for(lock, at_most, [&] { return state_->workers == 0; });
    lock.unlock();
}

}  // namespace faasd::runtime
