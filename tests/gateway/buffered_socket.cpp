#include "gateway/buffered_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <utility>

namespace faasd::gateway::testing {

bool BufferedSocket::fill() {
    pollfd poll{descriptor_, POLLIN, 0};
    if (::poll(&poll, 1, 5000) <= 0) return false;
    char bytes[16384];
    const auto size = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(size));
    return true;
}

std::string BufferedSocket::read_head() {
    std::size_t end;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) return {};
    return read(end + 4);
}

std::string BufferedSocket::read(std::size_t size) {
    while (buffer_.size() < size && fill()) {
    }
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, taken.size());
    return taken;
}

std::string BufferedSocket::read_all() {
    while (fill()) {
    }
    return std::exchange(buffer_, {});
}

bool BufferedSocket::write(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void BufferedSocket::finish_writing() const { ::shutdown(descriptor_, SHUT_WR); }

void BufferedSocket::reset_at_close() const {
    const ::linger hard{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

}  // namespace faasd::gateway::testing
