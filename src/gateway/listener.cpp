#include "gateway/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <utility>

#include <spdlog/spdlog.h>

#include "gateway/connection.hpp"
#include "gateway/listening_socket.hpp"

namespace faasd::gateway {
namespace {

constexpr int kAcceptsATurn = 64;
constexpr Millis kRetry = 100;
// So many of those that are one too many are answered at a time; further ones are closed without a word.
constexpr std::size_t kRefusalsAtOnce = 256;

HeadLimits head_limits_of(const model::HttpLimits& limits) {
    HeadLimits head;
    head.max_head = static_cast<std::size_t>(limits.max_header);
    head.max_target = std::min(head.max_target, head.max_head);
    return head;
}

bool out_of_resources(int number) {
    return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
}

}  // namespace

class Listener::Acceptor final : public IoContextLoop::PollableTimer {
  public:
    Acceptor(IoContextLoop& loop, model::HttpHandler& handler, const base::Clock& clock, ListeningSocket socket,
             std::string name)
        : port(loop, handler, clock), socket_(std::move(socket)), name_(std::move(name)) {
        port.on_closed = [this] {
            open_.store(port.open, std::memory_order_relaxed);
            if (std::exchange(starved_, false)) port.loop.enqueue(*this);
            if (port.open == 0 && drained_) port.loop.post(std::exchange(drained_, nullptr));
        };
    }
    // For tasks on the loop: gone with it.
    const std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);

    ~Acceptor() override {
        port.on_closed = nullptr;
        drained_ = nullptr;
        while (!port.connections.empty()) {
            Connection& connection = port.connections.front();
            connection.close();
            port.loop.forget(connection);
            delete &connection;
        }
        stop();
        port.loop.forget(*this);
    }

    void set_limits(const model::HttpLimits& limits) {
        port.limits = limits;
        port.head_limits = head_limits_of(limits);
    }
    void start() {
        if (const auto error = port.loop.watch(socket_.descriptor, *this))
            spdlog::error("gateway: the {} port cannot be watched: {}", name_, error.message());
    }
    void on_ready(std::uint32_t) override {
        for (int accepted = 0; socket_.descriptor >= 0; ++accepted) {
            if (accepted == kAcceptsATurn) return port.loop.enqueue(*this);
            sockaddr_storage address{};
            socklen_t length = sizeof address;
            const int descriptor = ::accept4(socket_.descriptor, reinterpret_cast<sockaddr*>(&address), &length,
                                             SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (descriptor >= 0) {
                take(descriptor, address);
            } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
                if (std::exchange(warned_, false)) spdlog::info("gateway: the {} port accepts again", name_);
                return;
            } else if (out_of_resources(errno)) {
                return wait(errno);
            } else if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK) {
                spdlog::error("gateway: the {} port stopped listening", name_);
                return;
            }
            // Otherwise that one client gave up before it was accepted (accept(2)).
        }
    }
    void drain(base::UniqueFunction<void()> done) {
        stop();
        port.draining = true;
        for (auto it = port.connections.begin(); it != port.connections.end();) (it++)->drain();
        if (port.open == 0) return done();
        drained_ = std::move(done);
    }
    void close_connections() {
        for (auto it = port.connections.begin(); it != port.connections.end();) (it++)->close();
    }

    [[nodiscard]] const ListeningSocket& socket() const { return socket_; }
    [[nodiscard]] std::size_t open() const { return open_.load(std::memory_order_relaxed); }

    Port port;

  private:
    void take(int descriptor, const sockaddr_storage& address) {
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (port.open >= port.limits.max_connections + kRefusalsAtOnce) {
            ::close(descriptor);
            return;
        }
        const bool too_many = port.open >= port.limits.max_connections;
        auto* const connection = new Connection(port, descriptor, format_address(address));
        open_.store(port.open, std::memory_order_relaxed);
        if (!connection->start()) return;
        if (too_many) connection->turn_away(503, "too many connections are open");
    }
    // Clients wait in the kernel's queue until a descriptor is free again.
    void wait(int number) {
        if (!std::exchange(warned_, true))
            spdlog::warn("gateway: the {} port cannot accept ({}); trying again. {} connections are open", name_,
                         std::error_code(number, std::generic_category()).message(), port.open);
        starved_ = true;
        port.loop.set_deadline(*this, IoContextLoop::now() + kRetry);
    }
    void stop() {
        if (socket_.descriptor >= 0) {
            port.loop.unwatch(socket_.descriptor);
            ::close(std::exchange(socket_.descriptor, -1));
        }
        port.loop.clear_deadline(*this);
    }

    ListeningSocket socket_;
    std::string name_;
    bool starved_ = false, warned_ = false;
    base::UniqueFunction<void()> drained_;
    std::atomic<std::size_t> open_{0};
};

base::Result<std::unique_ptr<Listener>> Listener::open(IoContextLoop& loop, model::HttpHandler& handler,
                                                       const base::Clock& clock, ListenerOptions options) {
    auto socket = options.inherited >= 0 ? adopt_socket(options.inherited) : bind_socket(options.host, options.port);
    if (!socket) return socket.error();
    auto acceptor = std::make_unique<Acceptor>(loop, handler, clock, std::move(*socket), std::move(options.name));
    acceptor->set_limits(options.limits);
    return std::unique_ptr<Listener>(new Listener(std::move(acceptor)));
}

Listener::Listener(std::unique_ptr<Acceptor> acceptor) : acceptor_(std::move(acceptor)) {}
Listener::~Listener() = default;

const std::string& Listener::host() const { return acceptor_->socket().host; }
std::uint16_t Listener::port() const { return acceptor_->socket().port; }
int Listener::native_handle() const { return acceptor_->socket().descriptor; }
std::size_t Listener::connections() const { return acceptor_->open(); }

// A task may be left over when the listener goes: a loop that ends runs what it finds.
template <class Task>
void Listener::on_loop(Task task) {
    acceptor_->port.loop.post([alive = std::weak_ptr<const bool>(acceptor_->alive), acceptor = acceptor_.get(),
                               task = std::move(task)]() mutable {
        if (!alive.expired()) task(*acceptor);
    });
}

void Listener::start() {
    on_loop([](Acceptor& acceptor) { acceptor.start(); });
}
void Listener::set_limits(model::HttpLimits limits) {
    on_loop([limits](Acceptor& acceptor) { acceptor.set_limits(limits); });
}
void Listener::drain(base::UniqueFunction<void()> done) {
    on_loop([done = std::move(done)](Acceptor& acceptor) mutable { acceptor.drain(std::move(done)); });
}
void Listener::close_connections() {
    on_loop([](Acceptor& acceptor) { acceptor.close_connections(); });
}

}  // namespace faasd::gateway
