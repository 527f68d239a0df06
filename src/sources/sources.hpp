// All sources of an app, as one thing to own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "sources/async/async_queue.hpp"
#include "sources/bucket/bucket_notifications.hpp"
#include "sources/file/file_watch_source.hpp"
#include "sources/queue/queue_mapping.hpp"
#include "sources/source.hpp"
#include "sources/table/table_stream_source.hpp"
#include "sources/timer/timer_source.hpp"

namespace faasd::sources {

// start(), replace(), stop() and wait() are for one thread at a time; async() is thread-safe.
//
// The constructor registers with Blobs::on_change and Tables::on_change, so it comes before the first write.
// Queues, buckets and tables that the app names must have been ensured before start() and replace(). All
// dependencies outlive the object.
class Sources {
  public:
    explicit Sources(const Dependencies& dependencies);
    // stop(), and waits a moment for what is being written. Call stop() and wait() for a graceful end.
    ~Sources();

    // What an app's schedules and watches have wrong, all of it, in words for a person and with the position:
    // nothing that start() would find later.
    struct Mistake {
        model::SourcePosition at;
        std::string message;
    };
    [[nodiscard]] static std::vector<Mistake> check(const model::App& app);

    // Accepts asynchronous invocations from start() on, also through stop(): they wait in the store.
    [[nodiscard]] std::shared_ptr<model::AsyncInvoker> async() const { return async_; }

    // Its schedules, from start() on.
    [[nodiscard]] model::Schedules& schedules() const { return *timer_; }

    // Starts everything that the app describes. Blocks on the store. On an error nothing runs.
    [[nodiscard]] base::Result<> start(const model::App& app);
    // The app's new form: what is unchanged goes on undisturbed, what is gone stops (its running calls
    // finish, their results count), what is new starts. An error leaves the old form in place, apart from
    // queues that were created.
    [[nodiscard]] base::Result<> replace(const model::App& app);
    // Starts no call any more. Does not block.
    void stop();
    // Blocks until running calls have ended and their results are durable, at most until `until` (of
    // base::monotonic_now()). Whether they have; what has not is delivered again after the next start.
    bool wait(std::chrono::nanoseconds until);

  private:
    template <class S>
    using Running =
        std::map<std::string, std::pair<typename S::Configuration, std::shared_ptr<S>>, std::less<>>;
    template <class S>
    void reconcile(Running<S>& running, std::map<std::string, typename S::Configuration> wanted,
                   const std::function<std::shared_ptr<S>(const typename S::Configuration&)>& make);
    void reconcile_all(const model::App& app);

    struct TableStreams {
        std::mutex mutex;
        Running<TableStreamSource> running;  // guarded by mutex
    };

    const Dependencies dependencies_;
    const std::shared_ptr<AsyncQueue> async_;
    const std::shared_ptr<TimerSource> timer_;
    const std::shared_ptr<BucketNotifications> notifications_;
    Running<QueueMapping> queues_;
    Running<FileWatchSource> watches_;
    const std::shared_ptr<TableStreams> tables_;
    std::vector<std::shared_ptr<Source>> retired_;
    bool running_ = false;
};

}  // namespace faasd::sources
