// A port that answers HTTP: accepts connections and keeps account of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/unique_function.hpp"
#include "gateway/io_context_loop.hpp"
#include "model/app.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

struct ListenerOptions {
    std::string name = "app";  // for the log
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;    // 0: any free one
    int inherited = -1;        // a listening descriptor to take over instead
    model::HttpLimits limits;
};

// The loop, the handler and the clock (of the Date field) outlive it. A connection beyond limits.max_connections is
// answered 503 and closed. Where descriptors run out (EMFILE, ENFILE, ENOBUFS, ENOMEM) it waits and goes on:
// clients stay in the kernel's queue meanwhile.
class Listener {
  public:
    // Binds; accepts nothing before start(). Any thread.
    [[nodiscard]] static base::Result<std::unique_ptr<Listener>> open(IoContextLoop& loop, model::HttpHandler& handler,
                                                                      const base::Clock& clock,
                                                                      ListenerOptions options);
    // Closes everything. On the loop, or when it does not run any more.
    ~Listener();

    [[nodiscard]] const std::string& host() const;  // numeric
    [[nodiscard]] std::uint16_t port() const;
    // To be kept open over a re-exec; close-on-exec unless somebody clears that.
    [[nodiscard]] int native_handle() const;
    // Open connections: any thread, a moment's value.
    [[nodiscard]] std::size_t connections() const;

    // These are thread-safe, and take effect on the loop, which must run until then.
    void start();
    void set_limits(model::HttpLimits limits);
    // Stops accepting; idle connections are closed, the others after the answer they owe. `done` runs on the loop
    // once none is left.
    void drain(base::UniqueFunction<void()> done);
    // Closes the rest without an answer.
    void close_connections();

  private:
    class Acceptor;
    explicit Listener(std::unique_ptr<Acceptor> acceptor);
    template <class Task>
    void on_loop(Task task);

    std::unique_ptr<Acceptor> acceptor_;
};

}  // namespace faasd::gateway
