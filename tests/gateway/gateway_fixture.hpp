// A gateway on a free port in this process, and a client that speaks bytes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "gateway/buffered_socket.hpp"
#include "gateway/io_context_loop.hpp"
#include "gateway/listener.hpp"
#include "model/http.hpp"

namespace faasd::gateway::testing {

// Answers with what it was asked, as text; `?status=`-free and simple. Records what the handler saw.
class EchoHandler : public model::HttpHandler {
  public:
    model::BodyPlan plan(const model::HttpRequest& head) override;
    void handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                std::unique_ptr<model::HttpResponder> responder) override;

    // Instead of the echo, where set.
    std::function<model::BodyPlan(const model::HttpRequest&)> on_plan;
    std::function<void(model::HttpRequest, std::unique_ptr<model::HttpBodyStream>,
                       std::unique_ptr<model::HttpResponder>)>
        on_handle;
    std::atomic<int> handled{0};
};

[[nodiscard]] model::HttpLimits quick_limits();

// One loop on one thread, one listener.
class Gateway {
  public:
    explicit Gateway(model::HttpHandler& handler, const model::HttpLimits& limits = quick_limits());
    ~Gateway();
    [[nodiscard]] std::uint16_t port() const { return listener->port(); }
    // Runs it on the loop and waits for it.
    void on_loop(base::UniqueFunction<void()> task);

    base::ManualClock clock{base::TimePoint{std::chrono::seconds{784'111'777}}};  // Sun, 06 Nov 1994 08:49:37 GMT
    IoContextLoop loop;
    std::unique_ptr<Listener> listener;
    std::thread thread;
};

struct Answer {
    unsigned status = 0;  // 0: the connection ended instead
    std::string head;     // with its empty line
    std::string body;
    [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
};

// Blocking, with a time limit on every wait: a test never hangs.
class Client : private BufferedSocket {
  public:
    explicit Client(std::uint16_t port, int receive_buffer = 0);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool send(std::string_view bytes) { return write(bytes); }
    void finish_sending() { finish_writing(); }  // half close
    void reset();           // RST
    // The next answer; `to_head`: it has no body whatever its fields say. Interim answers are answers too.
    Answer receive(bool to_head = false);
    // Everything until the end of the connection or the time limit.
    std::string receive_all() { return read_all(); }
    // Bytes that are there within `wait`; does not consume.
    [[nodiscard]] bool readable(std::chrono::milliseconds wait) const;
    // The server closed in order; nothing more came before.
    [[nodiscard]] bool at_end();
    using BufferedSocket::descriptor;

  private:
    std::string read_chunked();
};

}  // namespace faasd::gateway::testing
