// Copies the write-ahead log back into the database beside the writer, so that the log stays short.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "storage/database.hpp"

namespace faasd::storage {

// Thread-safe. The log can only start over when all of it is copied and the writer writes nothing meanwhile:
// so this thread copies until little is left, and tells the writer, which copies the rest between two of its
// groups.
class Checkpointer {
  public:
    // Connects at the first request: a start does not wait for it. `options` outlive this object.
    explicit Checkpointer(const StoreOptions& options);
    ~Checkpointer();
    void request();
    // True once after each request whose work is done.
    [[nodiscard]] bool take_finished();

  private:
    void run();
    void copy();

    const StoreOptions& options_;
    std::unique_ptr<Connection> connection_;  // the thread's own
    std::mutex mutex_;
    std::condition_variable wake_;
    bool requested_ = false;  // these three guarded by mutex_
    bool finished_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace faasd::storage
