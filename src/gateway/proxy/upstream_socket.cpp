#include "gateway/proxy/upstream_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>

namespace faasd::gateway {
namespace {

std::error_code system_error(int number) { return {number, std::generic_category()}; }

}  // namespace

base::Result<std::unique_ptr<UpstreamSocket>> UpstreamSocket::connect(IoContextLoop& loop, const SocketAddress& address,
                                                                      User& user) {
    const int descriptor = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return base::Error(system_error(errno));
    std::unique_ptr<UpstreamSocket> socket(new UpstreamSocket(loop, descriptor, user));
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto* const to = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::connect(descriptor, to, address.length) != 0 && errno != EINPROGRESS) return base::Error(system_error(errno));
    if (const auto error = loop.watch(descriptor, *socket)) return base::Error(error);
    return socket;
}

UpstreamSocket::~UpstreamSocket() {
    loop_.unwatch(descriptor_);
    ::close(descriptor_);
    loop_.forget(*this);
}

void UpstreamSocket::on_ready(std::uint32_t events) {
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) readable_ = true;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) peer_closed_ = true;
    if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) writable_ = true;
    user_->on_socket();
}

UpstreamSocket::Connecting UpstreamSocket::connecting(std::error_code& why) {
    if (connected_) return Connecting::done;
    if (!writable_) return Connecting::pending;
    int number = 0;
    socklen_t length = sizeof number;
    if (::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &number, &length) != 0) number = errno;
    if (number != 0) {
        why = system_error(number);
        return Connecting::failed;
    }
    connected_ = true;
    return Connecting::done;
}

UpstreamSocket::Io UpstreamSocket::read(std::span<char> buffer, std::size_t& size, std::error_code& why) {
    if (!readable_) return Io::blocked;
    ssize_t got = 0;
    do {
        got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        size = static_cast<std::size_t>(got);
        return Io::done;
    }
    if (got == 0) return Io::ended;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        readable_ = false;
        return Io::blocked;
    }
    why = system_error(errno);
    return Io::failed;
}

UpstreamSocket::Io UpstreamSocket::write(std::string_view& bytes, std::error_code& why) {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return Io::blocked;
        } else if (errno != EINTR) {
            why = system_error(errno);
            return Io::failed;
        }
    }
    return Io::done;
}

void UpstreamSocket::finish_writing() { ::shutdown(descriptor_, SHUT_WR); }

bool UpstreamSocket::is_quiet() const {
    char byte = 0;
    const auto got = ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && !peer_closed_;
}

}  // namespace faasd::gateway
