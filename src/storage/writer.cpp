#include "storage/writer.hpp"

#include <sys/prctl.h>

#include <ctime>

#include <algorithm>

#include <spdlog/spdlog.h>

#include "base/clock.hpp"
#include "base/thread_name.hpp"
#include "storage/store.hpp"

namespace faasd::storage {
namespace {

constexpr int page_bytes = 4096;
// A group ends after so many jobs or so long, so that the first of them need not wait for all that came
// after. Its time is ten commits, within these bounds: what was answered sends again while the rest is at work, and clients
// who wait in a crowd do not leave the writer without work until all of them are answered.
constexpr std::size_t most_jobs = 2048;
constexpr int commits_a_group = 10;
constexpr std::chrono::milliseconds shortest_group{1}, longest_group{20};
constexpr std::size_t kept_capacity = 4096;
constexpr std::size_t completions_a_wake = 64;
// A commit costs about as much as ten small writes, and clients who wait in a crowd send again as soon as they are answered:
// so after a group of a few small jobs the next one is given a moment to grow. It was worth 1.2 times the sends over HTTP of
// 32 connections; a lone client never waits.
constexpr std::size_t few_jobs = 4;
constexpr int commits_of_small_jobs = 4;  // their work together took less than so many
constexpr timespec gathering{0, 30'000};

int count_frames(void* frames, sqlite3*, const char*, int count) {
    *static_cast<int*>(frames) = count;
    return SQLITE_OK;
}

template <class Callback>
void fenced(const char* what, Callback&& callback) {
    try {
        callback();
    } catch (const std::exception& error) {
        spdlog::error("store: {} threw: {}", what, error.what());
    }
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, Checkpointer& checkpointer,
               std::size_t checkpoint_bytes)
    : connection_(std::move(connection)),
      checkpointer_(checkpointer),
      checkpoint_frames_(std::max(1, static_cast<int>(checkpoint_bytes / page_bytes))),
      next_checkpoint_(checkpoint_frames_) {
    sqlite3_wal_hook(connection_->handle(), count_frames, &log_frames_);
    thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Writer::write(Job job, base::Completion<> done) {
    bool is_parked = false;
    {
        std::lock_guard lock(mutex_);
        queue_.push_back({std::move(job), std::move(done), {}});
        is_parked = parked_;
    }
    if (is_parked) wake_soon();
}

void Writer::wake() {
    {
        std::lock_guard lock(mutex_);
        if (!std::exchange(parked_, false)) return;
    }
    wake_.notify_one();
}

void Writer::run() {
    base::set_thread_name("store");
    // The kernel rounds a sleep up by this much.
    ::prctl(PR_SET_TIMERSLACK, 1000UL);
    std::vector<Request> taken;
    std::size_t last_group = 0;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            while (queue_.empty() && !stopping_) {
                parked_ = true;
                wake_.wait(lock);
            }
            parked_ = false;
            if (queue_.empty()) return;
            if (last_group >= few_jobs && queue_.size() < last_group && !stopping_ &&
                last_work_ < commits_of_small_jobs * commit_cost_) {
                lock.unlock();
                ::nanosleep(&gathering, nullptr);
                lock.lock();
            }
            taken.swap(queue_);
            last_group = taken.size();
            last_work_ = {};
        }
        for (std::span<Request> waiting(taken); !waiting.empty();) {
            waiting = waiting.subspan(run_group(waiting));
            keep_log_short();
        }
        taken.clear();
        if (taken.capacity() > kept_capacity) taken.shrink_to_fit();
    }
}

std::size_t Writer::run_group(std::span<Request> waiting) {
    std::size_t count = 0;
    group_has_writes_ = false;
    after_commit_.clear();
    sums_.clear();
    const auto started = base::monotonic_now();
    const auto longest = std::clamp<std::chrono::nanoseconds>(commits_a_group * commit_cost_, shortest_group, longest_group);
    try {
        connection_->prepare("BEGIN IMMEDIATE").run();
        while (count < waiting.size() && count < most_jobs) {
            run_job(waiting[count++]);
            if (base::monotonic_now() - started > longest) break;
        }
        write_sums();
        const auto worked = base::monotonic_now();
        last_work_ += worked - started;
        commit();
        // Smoothed, since now and then a disk takes its time.
        if (group_has_writes_) commit_cost_ += (base::monotonic_now() - worked - commit_cost_) / 8;
        if (group_has_writes_ && std::exchange(is_failing_, false))
            spdlog::info("store: writes are accepted again");
    } catch (const StoreError& error) {
        // The transaction is gone or must go. Jobs that had not run yet get the next one, unless none can
        // begin.
        if (count == 0) count = waiting.size();
        lose_transaction(waiting.first(count), error.to_error());
    }
    complete(waiting.first(count));
    return count;
}

void Writer::run_job(Request& request) {
    WriteTransaction transaction(*connection_);
    connection_->begin_job(group_has_writes_);
    std::optional<StoreError> store_error;
    try {
        request.result = request.job(transaction);
    } catch (const StoreError& error) {
        store_error = error;
        request.result = error.to_error();
    } catch (const std::exception& error) {
        request.result = base::Error(std::error_code(SQLITE_INTERNAL, sqlite_category()),
                                     std::string("a write failed by a bug: ") + error.what());
    }
    const auto touched = connection_->end_job();
    if (sqlite3_get_autocommit(connection_->handle())) {
        // SQLite ends the transaction itself where it cannot undo a statement alone.
        if (store_error) throw *store_error;
        throw StoreError(SQLITE_ABORT, "the transaction ended within a job");
    }
    if (request.result.has_error()) {
        undo_job(touched, request.result.error());
        return;
    }
    if (touched == Connection::Touched::savepoint) connection_->prepare("RELEASE job").run();
    if (touched != Connection::Touched::nothing || !transaction.sums_.empty()) group_has_writes_ = true;
    add_sums(transaction.sums_);
    std::ranges::move(transaction.callbacks_, std::back_inserter(after_commit_));
}

void Writer::add_sums(const std::vector<WriteTransaction::Sum>& sums) {
    for (const auto& sum : sums) {
        const auto same = std::ranges::find_if(
            sums_, [&](const auto& known) { return known.key == sum.key && known.sql == sum.sql; });
        if (same == sums_.end()) {
            sums_.push_back(sum);
        } else {
            same->by += sum.by;
        }
    }
}

void Writer::write_sums() {
    for (const auto& sum : sums_) {
        if (sum.by != 0) connection_->prepare(sum.sql).bind(1, sum.by).bind(2, sum.key).run();
    }
}

void Writer::undo_job(Connection::Touched touched, const base::Error& error) {
    switch (touched) {
        case Connection::Touched::nothing:
            return;
        case Connection::Touched::savepoint:
            connection_->prepare("ROLLBACK TO job").run();
            connection_->prepare("RELEASE job").run();
            return;
        case Connection::Touched::transaction:  // no other job has written in it
            connection_->prepare("ROLLBACK").run();
            connection_->prepare("BEGIN IMMEDIATE").run();
            return;
        case Connection::Touched::group:
            throw StoreError(error.code.category() == sqlite_category() ? error.code.value() : SQLITE_INTERNAL,
                             error.message);
    }
}

void Writer::commit() {
    try {
        connection_->prepare("COMMIT").run();
    } catch (const StoreError&) {
        if (!sqlite3_get_autocommit(connection_->handle()))
            fenced("rollback", [&] { connection_->execute("ROLLBACK"); });
        overwrite_failed_commit();
        throw;
    }
}

// A commit whose fsync failed has its frames in the log, complete, though SQLite forgets them: a process
// killed now would find them at its next start, and a refused write would be there after all. The next
// transaction overwrites them, so one that changes nothing of meaning is made at once.
void Writer::overwrite_failed_commit() {
    try {
        connection_->execute(
            "BEGIN IMMEDIATE;"
            "INSERT INTO state(space, key, value) VALUES('store', 'failed commits', 1)"
            " ON CONFLICT DO UPDATE SET value = value + 1;"
            "COMMIT");
    } catch (const StoreError&) {
        if (!sqlite3_get_autocommit(connection_->handle()))
            fenced("rollback", [&] { connection_->execute("ROLLBACK"); });
    }
}

void Writer::lose_transaction(std::span<Request> group, const base::Error& error) {
    if (!sqlite3_get_autocommit(connection_->handle()))
        fenced("rollback", [&] { connection_->execute("ROLLBACK"); });
    if (!std::exchange(is_failing_, true)) spdlog::error("store: writes are refused: {}", error.message);
    after_commit_.clear();
    for (Request& request : group) {
        if (request.result.has_value()) request.result = error;
    }
}

void Writer::complete(std::span<Request> group) {
    base::WakeBatch::begin();
    for (auto& callback : after_commit_)
        fenced("a callback after a commit", callback);
    after_commit_.clear();
    std::size_t completed = 0;
    for (Request& request : group) {
        fenced("a completion", [&] {
            if (request.done) request.done(std::move(request.result));
        });
        if (++completed % completions_a_wake == 0) base::WakeBatch::flush();
    }
    base::WakeBatch::end();
}

void Writer::keep_log_short() {
    if (log_frames_ < checkpoint_frames_) {
        next_checkpoint_ = checkpoint_frames_;
        return;
    }
    if (checkpointer_.take_finished()) {
        int log = 0;
        int copied = 0;
        const int result = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr,
                                                     SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
        if (result == SQLITE_OK && log == copied) {
            // The next write starts the log over, unless a reader still stands in it: then try again later.
            log_frames_ = 0;
        }
        next_checkpoint_ = log + checkpoint_frames_;
    } else if (log_frames_ >= next_checkpoint_) {
        checkpointer_.request();
    }
}

}  // namespace faasd::storage
