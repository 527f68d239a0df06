// The one thread that writes: takes all jobs that wait, runs them in one transaction, commits once for all.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/wake_batch.hpp"
#include "model/transaction.hpp"
#include "storage/checkpointer.hpp"
#include "storage/statement.hpp"
#include "storage/store.hpp"

namespace faasd::storage {

// Thread-safe.
class Writer final : private base::Wakeable {
  public:
    using Job = model::Transactions::Job;
    Writer(std::unique_ptr<Connection> connection, Checkpointer& checkpointer, std::size_t checkpoint_bytes);
    // Commits what was handed in, also by completions meanwhile.
    ~Writer();
    void write(Job job, base::Completion<> done);

  private:
    struct Request {
        Job job;
        base::Completion<> done;
        base::Result<> result;
    };
    void wake() override;
    void run();
    // Runs the first requests of `waiting` in one transaction and completes them; their number.
    std::size_t run_group(std::span<Request> waiting);
    void run_job(Request& request);
    // Throws StoreError where the job cannot be undone alone.
    void undo_job(Connection::Touched touched, const base::Error& error);
    void add_sums(const std::vector<WriteTransaction::Sum>& sums);
    void write_sums();
    void commit();
    // Drops the transaction: no request of the group keeps what it wrote.
    void lose_transaction(std::span<Request> group, const base::Error& error);
    void overwrite_failed_commit();
    void complete(std::span<Request> group);
    void keep_log_short();

    std::unique_ptr<Connection> connection_;
    Checkpointer& checkpointer_;
    const int checkpoint_frames_;
    // Of the writer's thread alone.
    std::vector<base::UniqueFunction<void()>> after_commit_;
    std::vector<WriteTransaction::Sum> sums_;
    bool group_has_writes_ = false;
    bool is_failing_ = false;  // since the last commit; said once in the log
    std::chrono::nanoseconds last_work_{0};  // of what was taken last, without commits
    std::chrono::nanoseconds commit_cost_{0};
    int log_frames_ = 0;
    int next_checkpoint_ = 0;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Request> queue_;  // these three guarded by mutex_
    bool parked_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace faasd::storage
