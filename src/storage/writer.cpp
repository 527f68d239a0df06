#include "storage/writer.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "base/clock.hpp"
#include "base/thread_name.hpp"
#include "storage/store.hpp"

namespace faasd::storage {
namespace {

constexpr int page_bytes = 4096;
// A group ends after so many jobs or so long, so that the first of them need not wait for all that came
// after.
constexpr std::size_t most_jobs = 2048;
constexpr std::chrono::milliseconds longest_group{20};
constexpr std::size_t kept_capacity = 4096;

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
    bool wake = false;
    {
        std::lock_guard lock(mutex_);
        queue_.push_back({std::move(job), std::move(done), {}});
        wake = std::exchange(parked_, false);
    }
    if (wake) wake_.notify_one();
}

void Writer::run() {
    base::set_thread_name("store");
    std::vector<Request> taken;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            while (queue_.empty() && !stopping_) {
                parked_ = true;
                wake_.wait(lock);
            }
            parked_ = false;
            if (queue_.empty()) return;
            taken.swap(queue_);
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
    const auto started = base::monotonic_now();
    try {
        connection_->prepare("BEGIN IMMEDIATE").run();
        while (count < waiting.size() && count < most_jobs) {
            run_job(waiting[count++]);
            if (base::monotonic_now() - started > longest_group) break;
        }
        commit();
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
        undo_job(touched);
        return;
    }
    if (touched == Connection::Touched::savepoint) connection_->prepare("RELEASE job").run();
    if (touched != Connection::Touched::nothing) group_has_writes_ = true;
    std::ranges::move(transaction.callbacks_, std::back_inserter(after_commit_));
}

void Writer::undo_job(Connection::Touched touched) {
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
    for (auto& callback : after_commit_)
        fenced("a callback after a commit", callback);
    after_commit_.clear();
    for (Request& request : group) {
        fenced("a completion", [&] {
            if (request.done) request.done(std::move(request.result));
        });
    }
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
