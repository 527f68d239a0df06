// When running calls are out of time. Most calls end long before: adding and removing one costs two short
// locks and wakes nobody.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace faasd::runtime {

class Deadlines;

// Something with a deadline. Its owner keeps it alive by a shared_ptr while it is added.
class Deadlined : public std::enable_shared_from_this<Deadlined> {
  public:
    virtual ~Deadlined() = default;
    // On the thread of Deadlines, which has forgotten the object by then. May take a moment, must not block.
    virtual void out_of_time() = 0;

  private:
    friend class Deadlines;
    // All guarded by Deadlines::mutex_:
    std::chrono::nanoseconds deadline_{};
    Deadlined* previous_ = nullptr;
    Deadlined* next_ = nullptr;
    bool listed_ = false;
};

// Thread-safe. By the monotonic clock (base::monotonic_now): a function runs in real time even where the
// app's clock is moved by hand.
class Deadlines {
  public:
    Deadlines();
    ~Deadlines();
    // Of one that is added already, the earlier deadline counts.
    void add(Deadlined& object, std::chrono::nanoseconds deadline);
    // After it, out_of_time() has been called, is being called, or never will be (true).
    bool remove(Deadlined& object);
    // All that are added are out of time now.
    void expire_all();

  private:
    void run();
    void unlink(Deadlined& object);

    std::mutex mutex_;
    std::condition_variable earlier_;
    // All guarded by mutex_: a list in no order, looked through when the earliest deadline seen has come. As
    // most deadlines are equally far away, that is once a timeout, whatever the number of calls.
    Deadlined* first_ = nullptr;
    std::chrono::nanoseconds next_look_ = std::chrono::nanoseconds::max();
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace faasd::runtime
