// The I/O loop, and which thread runs it right now.
#pragma once

#include <atomic>
#include <cstddef>

namespace faasd::model {

// Address of a thread-local: unique among the threads alive.
[[nodiscard]] inline const void* this_thread_token() {
    static thread_local const char token = 0;
    return &token;
}

// The gateway implements it over an io_context; the runtime's executor decides which thread runs it. A thread that
// runs a function in place may lose the loop to another thread meanwhile: from then on on_loop() is false for it,
// although it is still inside one of the loop's handlers, and it must touch no socket or connection any more.
class IoLoop {
  public:
    virtual ~IoLoop() = default;
    // Runs at least one handler, waiting for it if there is none. False when the loop was stopped.
    virtual bool run_one() = 0;
    virtual void stop() = 0;

    [[nodiscard]] bool on_loop() const { return owner_.load(std::memory_order_acquire) == this_thread_token(); }
    void set_owner(const void* token) { owner_.store(token, std::memory_order_release); }

  private:
    std::atomic<const void*> owner_{nullptr};
};


}  // namespace faasd::model
