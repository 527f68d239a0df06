#include "services/blob/collector.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/thread_name.hpp"
#include "base/wait.hpp"
#include "services/blob/content_rows.hpp"

namespace faasd::blob {
namespace {

constexpr base::Duration kRetryAfter = std::chrono::minutes(1);
// So many rows are read, removed and forgotten at a time.
constexpr std::size_t kBatch = 256;

}  // namespace

void Collector::Queue::add(std::vector<Garbage> more) {
    std::lock_guard lock(mutex);
    garbage.insert(garbage.end(), more.begin(), more.end());
    changed.notify_all();
}

Collector::Collector(storage::Store& store, const base::Clock& clock, base::Timers& timers,
                     std::shared_ptr<FileStore> files, std::shared_ptr<Pins> pins)
    : store_(store),
      clock_(clock),
      timers_(timers),
      files_(std::move(files)),
      pins_(std::move(pins)),
      queue_(std::make_shared<Queue>()) {
    pins_->on_free([queue = queue_](std::vector<Garbage> garbage) { queue->add(std::move(garbage)); });
    thread_ = std::thread([this] { run(); });
}

void Collector::stop() {
    if (!thread_.joinable()) return;
    pins_->on_free({});
    {
        std::lock_guard lock(queue_->mutex);
        queue_->stopping = true;
    }
    queue_->changed.notify_all();
    thread_.join();
}

void Collector::discard(PendingFile file) {
    std::lock_guard lock(queue_->mutex);
    queue_->discarded.push_back(std::move(file));
    queue_->changed.notify_all();
}

void Collector::drain() {
    std::unique_lock lock(queue_->mutex);
    queue_->changed.wait(
        lock, [this] { return queue_->garbage.empty() && queue_->discarded.empty() && !queue_->busy; });
}

bool Collector::is_stopping() {
    std::lock_guard lock(queue_->mutex);
    return queue_->stopping;
}

void Collector::run() {
    base::set_thread_name("blob-files");
    clean_up_earlier_runs();
    std::unique_lock lock(queue_->mutex);
    while (true) {
        queue_->busy = false;
        queue_->changed.notify_all();
        queue_->changed.wait(lock, [this] {
            return queue_->stopping || !queue_->garbage.empty() || !queue_->discarded.empty();
        });
        if (queue_->stopping) return;
        queue_->busy = true;
        const auto garbage = std::exchange(queue_->garbage, {});
        auto discarded = std::exchange(queue_->discarded, {});
        lock.unlock();
        discarded.clear();
        remove_all(garbage);
        lock.lock();
    }
}

void Collector::clean_up_earlier_runs() {
    try {
        const std::size_t removed = files_->sweep([this](FileId file) {
            auto reader = store_.read();
            return is_file_referenced(reader.connection(), file);
        });
        if (removed > 0)
            spdlog::info("buckets: removed {} file(s) of writes that an earlier run did not finish", removed);
        for (FileId last = 0;;) {
            std::vector<Garbage> garbage;
            {
                auto reader = store_.read();
                garbage = garbage_after(reader.connection(), last, kBatch);
            }
            if (garbage.empty() || is_stopping()) return;
            last = garbage.back().file;
            remove_all(garbage);
        }
    } catch (const storage::StoreError& error) {
        spdlog::error(
            "buckets: cannot look for files that an earlier run left: {}; the next start tries again",
            error.what());
    }
}

void Collector::remove_all(const std::vector<Garbage>& garbage) {
    for (auto rest = garbage.begin(); rest != garbage.end() && !is_stopping();) {
        const auto end = rest + std::min<std::ptrdiff_t>(garbage.end() - rest, kBatch);
        std::vector<FileId> removed;
        std::vector<Garbage> failed;
        for (; rest != end; ++rest) {
            if (!pins_->free_or_park(*rest)) continue;
            auto result = files_->remove(rest->file);
            if (result) result = files_->sync_folder_of(rest->file);
            if (result) {
                removed.push_back(rest->file);
            } else {
                if (failed.empty())
                    spdlog::warn("buckets: {}; trying again in a minute", result.error().message);
                failed.push_back(*rest);
            }
        }
        if (!removed.empty()) forget(removed);
        if (!failed.empty()) try_again_later(std::move(failed));
    }
}

void Collector::forget(const std::vector<FileId>& removed) {
    // Waits, so that no more than one batch is ever on its way. A row that stays names a file that is gone
    // already: the next start finds nothing to remove, and forgets it then.
    auto forgotten = base::wait_for<void>([&](base::Completion<> done) {
        store_.write(
            [&removed](model::Transaction& transaction) -> base::Result<> {
                for (const FileId file : removed)
                    forget_garbage(storage::connection_of(transaction), file);
                return {};
            },
            std::move(done));
    });
    if (!forgotten) spdlog::warn("buckets: cannot forget removed files: {}", forgotten.error().message);
}

void Collector::try_again_later(std::vector<Garbage> garbage) {
    timers_.at(clock_.now() + kRetryAfter,
               [queue = std::weak_ptr(queue_), garbage = std::move(garbage)]() mutable {
                   if (const auto alive = queue.lock()) alive->add(std::move(garbage));
               });
}

}  // namespace faasd::blob
