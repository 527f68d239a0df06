#include "gateway/connection.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "gateway/in_flight.hpp"

namespace faasd::gateway {
namespace {

// How long a closed connection waits for the client to read the answer and close its side (RFC 9112 section 9.6).
constexpr base::Duration kLinger = std::chrono::seconds{2};
constexpr base::Duration kLingerAtShutdown = std::chrono::milliseconds{250};
constexpr int kReadsATurn = 16;

}  // namespace

Connection::Connection(Port& port, int descriptor, std::string remote_address)
    : port_(port), descriptor_(descriptor), remote_address_(std::move(remote_address)) {
    ++port_.open;
    port_.connections.push_back(*this);
}

Connection::~Connection() {
    if (descriptor_ >= 0) let_go();
    ConnectionHook::unlink();
    --port_.open;
    if (port_.on_closed) port_.on_closed();
}

bool Connection::start() {
    if (const auto error = port_.loop.watch(descriptor_, *this)) {
        spdlog::warn("gateway: a connection cannot be watched: {}", error.message());
        close();
        return false;
    }
    set_deadline(port_.limits.idle_timeout);
    return true;
}

void Connection::turn_away(unsigned status, std::string_view reason) { refuse({status, reason}); }

void Connection::drain() {
    if (phase_ == Phase::taken_over || (phase_ == Phase::head && input().empty() && !readable_)) close();
}

void Connection::close() {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    let_go();
    port_.loop.clear_deadline(*this);
    if (exchange_) {
        if (auto callback = exchange_->take_on_disconnect(true)) port_.loop.post(std::move(callback));
        exchange_->abandon();
        exchange_.reset();
    }
    port_.loop.enqueue(*this);
}

void Connection::let_go() {
    take_out_of_flight(descriptor_);
    port_.loop.unwatch(descriptor_);
    ::close(std::exchange(descriptor_, -1));
}

void Connection::on_ready(std::uint32_t events) {
    if (phase_ == Phase::closed) {
        delete this;
        return;
    }
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) readable_ = true;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) peer_closed_ = true;
    try {
        const bool late = (events & IoContextLoop::kDeadline) && TimerWheel::due(*this, IoContextLoop::now());
        if (phase_ == Phase::taken_over)
            return takeover_->on_client(late ? events : events & ~IoContextLoop::kDeadline);
        if (late) return on_deadline();
        advance();
    } catch (const std::exception& e) {
        spdlog::error("gateway: connection of {}: {}", remote_address_, e.what());
        close();
    }
}

void Connection::advance() {
    switch (phase_) {
        case Phase::head: return read_head();
        case Phase::body: return read_body();
        case Phase::handling: return while_handling();
        case Phase::sending: return while_sending();
        case Phase::discarding: return discard_body();
        case Phase::lingering: return linger();
        case Phase::taken_over:
        case Phase::closed: return;
    }
}

void Connection::take_over(std::unique_ptr<Takeover> takeover) {
    take_out_of_flight(descriptor_);
    port_.loop.clear_deadline(*this);
    static_cast<void>(exchange_->take_on_disconnect(false));
    exchange_->abandon();
    exchange_.reset();
    phase_ = Phase::taken_over;
    std::string early(input());
    in_ = {};
    in_start_ = 0;
    borrowed_ = {};
    takeover_ = std::move(takeover);
    takeover_->begin(*this, std::move(early));
}

void Connection::set_deadline(base::Duration from_now) {
    const auto millis = std::chrono::ceil<std::chrono::milliseconds>(from_now).count();
    port_.loop.set_deadline(*this, IoContextLoop::now() + millis);
}

void Connection::on_deadline() {
    switch (phase_) {
        case Phase::head:
            // One who never began a request does not wait for an answer either.
            if (input().empty()) return close();
            return refuse({408, "the header section did not arrive in time"});
        case Phase::body: return refuse({408, "the body did not arrive in time"});
        case Phase::handling:
            if (!exchange_->demanded) return;
            exchange_->stream_failed = true;
            return finish_piece(base::Error(std::make_error_code(std::errc::timed_out),
                                            "the client did not send the body in time"));
        case Phase::sending:
        case Phase::discarding:
        case Phase::lingering: return close();
        case Phase::taken_over:
        case Phase::closed: return;
    }
}

void Connection::finish() {
    port_.loop.clear_deadline(*this);
    exchange_->abandon();
    if (std::exchange(discard_, false)) {
        phase_ = Phase::discarding;
        set_deadline(port_.limits.body_timeout);
        port_.loop.enqueue(*this);
        return;
    }
    exchange_.reset();
    if (close_) {
        phase_ = Phase::lingering;
        in_ = {};
        in_start_ = 0;
        borrowed_ = {};
        ::shutdown(descriptor_, SHUT_WR);
        set_deadline(std::min(port_.draining ? kLingerAtShutdown : kLinger, port_.limits.write_timeout));
        if (readable_ || ended_) port_.loop.enqueue(*this);
        return;
    }
    phase_ = Phase::head;
    set_deadline(port_.limits.idle_timeout);
    if (readable_ || !input().empty()) {
        port_.loop.enqueue(*this);
    } else if (port_.draining) {
        close();
    }
}

void Connection::linger() {
    const auto buffer = port_.loop.receive_buffer();
    for (int reads = 0; readable_ && !ended_; ++reads) {
        if (reads == kReadsATurn) return port_.loop.enqueue(*this);
        const auto size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (size > 0) continue;
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            readable_ = false;
        } else {
            ended_ = true;
        }
    }
    if (ended_) close();
}

// The client must not take what it got for the whole answer.
void Connection::cut() {
    if (body_end_ == BodyEnd::connection_close) {
        const ::linger reset{1, 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    close();
}

}  // namespace faasd::gateway
