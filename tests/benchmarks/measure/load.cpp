#include "measure/load.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace faasd::bench {
namespace {

using Clock = std::chrono::steady_clock;

int open_connection(std::uint16_t port) {
    const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (s < 0 || ::connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
        throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
    const int one = 1;
    ::setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return s;
}

class Connection {
  public:
    // Without bodies it counts them only: keeping them would cost what is measured its share of the machine.
    Connection(std::uint16_t port, bool keep_body) : socket_(open_connection(port)), keep_body_(keep_body) {}
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] int socket() const { return socket_; }
    std::string out;
    Clock::time_point sent_at;

    void send() {
        sent_at = Clock::now();
        std::string_view left = out;
        while (!left.empty()) {
            const ssize_t n = ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
            if (n < 0) throw std::runtime_error(std::string("send: ") + std::strerror(errno));
            left.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    // True when the whole answer is there; take_body() then makes room for the next.
    bool receive() {
        char bytes[65536];
        const ssize_t n = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
        if (n <= 0) throw std::runtime_error("the server closed a connection; it had answered: " + in_);
        received_ += static_cast<std::size_t>(n);
        if (keep_body_ || body_at_ == 0) in_.append(bytes, static_cast<std::size_t>(n));
        if (body_at_ == 0) read_head();
        return body_at_ != 0 && received_ >= body_at_ + body_size_;
    }
    // Empty where bodies are not kept.
    std::string take_body() {
        std::string body = keep_body_ ? in_.substr(body_at_) : std::string();
        in_.clear();
        received_ = body_at_ = 0;
        return body;
    }

  private:
    void read_head() {
        const std::size_t end = in_.find("\r\n\r\n");
        if (end == std::string::npos) return;
        body_at_ = end + 4;
        if (in_.compare(0, 9, "HTTP/1.1 ") != 0 || in_[9] != '2') throw std::runtime_error("answered: " + in_);
        body_size_ = 0;
        constexpr std::string_view name = "\r\ncontent-length:";
        const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
        const auto head_end = in_.begin() + static_cast<std::ptrdiff_t>(end);
        const auto at = std::search(in_.begin(), head_end, name.begin(), name.end(), same);
        if (at != head_end)
            body_size_ = std::stoull(in_.substr(static_cast<std::size_t>(at - in_.begin()) + name.size(), 24));
    }

    int socket_;
    const bool keep_body_;
    std::string in_;
    std::size_t received_ = 0, body_at_ = 0, body_size_ = 0;
};

}  // namespace

LoadResult run_load(const Load& load) {
    std::vector<std::unique_ptr<Connection>> connections;
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    for (unsigned i = 0; i < load.connections; ++i) {
        connections.push_back(std::make_unique<Connection>(load.port, load.keep_bodies));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = connections.back().get();
        ::epoll_ctl(poll, EPOLL_CTL_ADD, connections.back()->socket(), &event);
    }
    LoadResult result;
    std::vector<float> latencies;
    std::uint64_t begun = 0, waiting = 0;
    const auto start = Clock::now();
    const auto until = load.requests > 0 ? Clock::time_point::max() : start + load.duration;
    const auto next = [&](Connection& connection, Clock::time_point now) {
        if (now >= until || (load.requests > 0 && begun == load.requests)) return;
        connection.out.clear();
        load.request(connection.out, begun++);
        ++waiting;
        connection.send();
    };
    for (auto& connection : connections)
        next(*connection, start);
    std::vector<epoll_event> events(256);
    while (waiting > 0) {
        const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 60'000);
        if (ready == 0) throw std::runtime_error("no answer came for a minute");
        for (int i = 0; i < ready; ++i) {
            auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (!connection.receive()) continue;
            const auto now = Clock::now();
            latencies.push_back(std::chrono::duration<float, std::milli>(now - connection.sent_at).count());
            std::string body = connection.take_body();
            if (load.keep_bodies) result.bodies.push_back(std::move(body));
            --waiting;
            next(connection, now);
        }
    }
    ::close(poll);
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    result.answered = latencies.size();
    result.per_second = static_cast<double>(latencies.size()) / result.seconds;
    std::sort(latencies.begin(), latencies.end());
    if (!latencies.empty()) {
        result.p50_ms = static_cast<double>(latencies[latencies.size() / 2]);
        result.p99_ms = static_cast<double>(latencies[latencies.size() * 99 / 100]);
        result.max_ms = static_cast<double>(latencies.back());
    }
    return result;
}

IdleConnections::IdleConnections(std::uint16_t port, unsigned count) {
    const std::string request = get_request("/answer");
    for (unsigned i = 0; i < count; ++i) {
        const int s = open_connection(port);
        sockets_.push_back(s);
        char bytes[4096];
        if (::send(s, request.data(), request.size(), MSG_NOSIGNAL) < 0 || ::recv(s, bytes, sizeof bytes, 0) <= 0)
            throw std::runtime_error("connection " + std::to_string(i) + " was not answered");
    }
}
IdleConnections::~IdleConnections() {
    for (const int s : sockets_)
        ::close(s);
}

std::string get_request(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"; }

std::string post_request(const std::string& target, const std::string& body) {
    return "POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace faasd::bench
