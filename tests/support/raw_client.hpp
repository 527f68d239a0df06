// A connection that a test holds: it writes bytes, and reads answers one after the other.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

namespace faasd::test {

class RawClient {
  public:
    explicit RawClient(std::uint16_t port) : port_(port), descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) error_ = errno;
        const int on = 1;
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    ~RawClient() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    [[nodiscard]] int connect_error() const { return error_; }
    bool send(const std::string& bytes) const {
        return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    }
    // Head and body of the next answer, with a Content-Length; empty where the connection ended or 30 s passed.
    std::string receive(bool has_body = true) {
        std::size_t end = std::string::npos;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
            if (!more()) return {};
        std::size_t size = end + 4;
        const std::size_t field = buffer_.find("Content-Length: ");
        if (has_body && field < end) size += std::strtoull(buffer_.c_str() + field + 16, nullptr, 10);
        while (buffer_.size() < size)
            if (!more()) return {};
        std::string answer = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return answer;
    }
    // All that comes until the connection ends.
    std::string receive_all() {
        while (more()) {
        }
        return std::exchange(buffer_, {});
    }
    std::string get(const std::string& target) {
        if (!send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\n\r\n")) return {};
        return receive();
    }

  private:
    bool more() {
        pollfd ready{descriptor_, POLLIN, 0};
        char piece[16 * 1024];
        if (::poll(&ready, 1, 30'000) <= 0) return false;
        const ssize_t size = ::recv(descriptor_, piece, sizeof piece, 0);
        if (size <= 0) return false;
        buffer_.append(piece, static_cast<std::size_t>(size));
        return true;
    }
    std::uint16_t port_;
    int descriptor_, error_ = 0;
    std::string buffer_;
};

}  // namespace faasd::test
