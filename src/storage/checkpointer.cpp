#include "storage/checkpointer.hpp"

#include <spdlog/spdlog.h>

#include "base/thread_name.hpp"

namespace faasd::storage {

Checkpointer::Checkpointer(const StoreOptions& options) : options_(options), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Checkpointer::request() {
    {
        std::lock_guard lock(mutex_);
        if (requested_) return;
        requested_ = true;
        finished_ = false;
    }
    wake_.notify_one();
}

bool Checkpointer::take_finished() {
    std::lock_guard lock(mutex_);
    return std::exchange(finished_, false);
}

void Checkpointer::run() {
    base::set_thread_name("checkpoint");
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return requested_ || stopping_; });
        if (stopping_) return;
        lock.unlock();
        copy();
        lock.lock();
        requested_ = false;
        finished_ = true;
    }
}

// Busy or failed: what was not copied stays in the log, and the next request tries again.
void Checkpointer::copy() {
    constexpr int little = 128;  // frames: half a megabyte
    constexpr int rounds = 4;
    try {
        if (!connection_) connection_ = connect(options_, Role::checkpointer);
    } catch (const StoreError& error) {
        spdlog::warn("the store's log is not copied back beside its writer: {}", error.what());
        return;
    }
    int last_left = -1;
    for (int round = 0; round < rounds; ++round) {
        int log = 0;
        int copied = 0;
        if (sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &log, &copied) !=
            SQLITE_OK)
            return;
        const int left = log - copied;
        if (left <= little || left == last_left) return;
        last_left = left;
    }
}

}  // namespace faasd::storage
