#include "runtime/journal.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/thread_name.hpp"

namespace faasd::runtime {
namespace {

constexpr std::size_t kPageBytes = 512 * 1024;
constexpr std::size_t kLinesAtOnce = 2'000;
// Between two looks while entries come: long enough that waking costs nothing, short for a person.
constexpr auto kPause = std::chrono::milliseconds{5};

}  // namespace

struct Journal::Shared {
    explicit Shared(JournalOptions o) : options(std::move(o)), ring(options.capacity) {}

    const JournalOptions options;
    std::mutex mutex;
    std::condition_variable wake, ended_changed;
    // All guarded by mutex:
    RecordRing ring;
    std::vector<Waiter> waiters;
    bool asleep = false;  // the thread waits to be woken
    bool stopping = false, ended = false;
    bool no_waits = false;

    [[nodiscard]] bool prints(model::LogLevel level) const { return options.print && level >= options.print_from; }
};

Journal::Journal(JournalOptions options)
    : shared_(std::make_shared<Shared>(std::move(options))), thread_([shared = shared_] { run(shared); }) {}

Journal::~Journal() {
    stop();
}

void Journal::append(const model::LogEntry& entry) {
    Shared& shared = *shared_;
    std::lock_guard lock(shared.mutex);
    shared.ring.append(entry);
    if (!shared.asleep || (!shared.prints(entry.level) && shared.waiters.empty())) return;
    shared.asleep = false;
    shared.wake.notify_one();
}

void Journal::read(model::LogQuery query, base::Duration wait, base::UniqueFunction<void(model::LogPage)> done) {
    model::LogPage page;
    {
        Shared& shared = *shared_;
        std::lock_guard lock(shared.mutex);
        const bool all = shared.ring.read(query, kPageBytes, page);
        if (page.entries.empty() && all && wait > base::Duration::zero() && !shared.no_waits && !shared.stopping) {
            query.after = page.next;
            shared.waiters.push_back({std::move(query), base::monotonic_now() + wait, std::move(done)});
            shared.asleep = false;
            shared.wake.notify_one();
            return;
        }
    }
    done(std::move(page));
}

// Prints one page and says how far it got.
std::uint64_t Journal::print_from(Shared& shared, std::uint64_t after) {
    model::LogQuery query;
    query.after = after;
    query.limit = kLinesAtOnce;
    model::LogPage page;
    {
        std::lock_guard lock(shared.mutex);
        shared.ring.read(query, kPageBytes, page);
    }
    std::string lines;
    if (page.missed > 0 && !shared.options.json)
        lines += "(" + std::to_string(page.missed) + " lines came faster than they could be printed)\n";
    for (const model::LogEntry& entry : page.entries) {
        if (!shared.prints(entry.level)) continue;
        if (shared.options.json) {
            model::append_json(lines, entry);
            lines += '\n';
        } else {
            model::append_text(lines, entry, shared.options.colour);
        }
    }
    if (!lines.empty()) shared.options.print(lines);
    return page.next;
}

void Journal::serve_waiters(Shared& shared) {
    std::vector<std::pair<base::UniqueFunction<void(model::LogPage)>, model::LogPage>> ready;
    {
        std::lock_guard lock(shared.mutex);
        const auto now = base::monotonic_now();
        std::erase_if(shared.waiters, [&](Waiter& waiter) {
            model::LogPage page;
            const bool all = shared.ring.read(waiter.query, kPageBytes, page);
            waiter.query.after = page.next;
            if (page.entries.empty() && all && now < waiter.until && !shared.no_waits && !shared.stopping)
                return false;
            ready.emplace_back(std::move(waiter.done), std::move(page));
            return true;
        });
    }
    for (auto& [done, page] : ready)
        done(std::move(page));
}

void Journal::run(const std::shared_ptr<Shared>& shared) {
    base::set_thread_name("journal");
    std::uint64_t printed = 0;
    std::unique_lock lock(shared->mutex);
    while (true) {
        const bool last = shared->stopping;
        const bool behind = shared->options.print && printed < shared->ring.newest();
        lock.unlock();
        if (behind) printed = print_from(*shared, printed);
        serve_waiters(*shared);
        lock.lock();
        if (shared->options.print && printed < shared->ring.newest() && (behind || last)) {
            if (!last) shared->wake.wait_for(lock, kPause, [&] { return shared->stopping; });
            continue;
        }
        if (last) break;
        auto until = std::chrono::nanoseconds::max();
        for (const Waiter& waiter : shared->waiters)
            until = std::min(until, waiter.until);
        const auto woken = [&] { return !shared->asleep || shared->stopping; };
        // What came in the meantime is gathered first: the next entry may come at once.
        if (behind) shared->wake.wait_for(lock, kPause, [&] { return shared->stopping; });
        if (shared->options.print && printed < shared->ring.newest() && behind) continue;
        shared->asleep = true;
        if (until == std::chrono::nanoseconds::max())
            shared->wake.wait(lock, woken);
        else
            shared->wake.wait_for(lock, until - base::monotonic_now(), woken);
        shared->asleep = false;
    }
    shared->ended = true;
    shared->ended_changed.notify_all();
}

void Journal::end_waits() {
    std::lock_guard lock(shared_->mutex);
    shared_->no_waits = true;
    shared_->asleep = false;
    shared_->wake.notify_one();
}

void Journal::stop() {
    if (!thread_.joinable()) return;
    std::unique_lock lock(shared_->mutex);
    shared_->stopping = true;
    shared_->wake.notify_all();
    const bool ended =
        shared_->ended_changed.wait_for(lock, std::chrono::seconds{1}, [this] { return shared_->ended; });
    lock.unlock();
    if (ended)
        thread_.join();
    else
        thread_.detach();
}

}  // namespace faasd::runtime
