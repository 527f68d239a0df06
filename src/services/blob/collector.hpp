// Removes files that nothing refers to any more, beside the writer and the readers.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/timers.hpp"
#include "services/blob/file_store.hpp"
#include "services/blob/pins.hpp"
#include "storage/store.hpp"

namespace faasd::blob {

// A file becomes garbage in the transaction that takes its last reference away, which writes a row of
// blob_garbage; the row goes after the file has gone. So a death in between only leaves work for the next
// start, which reads these rows and the pending files, and nothing that grows with the number of
// objects.
//
// Thread-safe. Files are removed on a thread of its own; one that cannot be removed is tried again a minute
// later.
class Collector {
  public:
    // Begins with what earlier runs left.
    Collector(storage::Store& store, const base::Clock& clock, base::Timers& timers,
              std::shared_ptr<FileStore> files, std::shared_ptr<Pins> pins);
    ~Collector() { stop(); }
    // Joins the thread and leaves what is not done yet to the next start. Not on the store's writer thread.
    void stop();

    // After the commit that wrote the rows.
    void collect(std::vector<Garbage> garbage) { queue_->add(std::move(garbage)); }
    // Removes a file whose row was not committed.
    void discard(PendingFile file);
    // Blocks until all that was handed in is removed, or kept for its readers or a later try. For tests.
    void drain();

  private:
    // Shared with the timer of a retry, which may fire when the collector is gone.
    struct Queue {
        void add(std::vector<Garbage> more);

        std::mutex mutex;
        std::condition_variable changed;
        std::vector<Garbage> garbage;  // these guarded by mutex
        std::vector<PendingFile> discarded;
        bool busy = true;  // until earlier runs are cleaned up
        bool stopping = false;
    };

    void run();
    void clean_up_earlier_runs();
    void remove_all(const std::vector<Garbage>& garbage);
    void forget(const std::vector<FileId>& removed);
    void try_again_later(std::vector<Garbage> garbage);
    [[nodiscard]] bool is_stopping();

    storage::Store& store_;
    const base::Clock& clock_;
    base::Timers& timers_;
    const std::shared_ptr<FileStore> files_;
    const std::shared_ptr<Pins> pins_;
    const std::shared_ptr<Queue> queue_;
    std::thread thread_;
};

}  // namespace faasd::blob
