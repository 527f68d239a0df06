// A TCP connection that misbehaves on purpose, and what a daemon holds on to meanwhile.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace faasd::test {

class RawConnection {
  public:
    // `receive_buffer`: of the socket, in bytes; 0: the system's. A small one makes the peer wait soon.
    explicit RawConnection(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (receive_buffer > 0)
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        const timeval limit{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("the daemon does not accept a connection");
    }
    ~RawConnection() { ::close(socket_); }
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    // False where the peer is gone.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    // At least `count` bytes, less where the peer closes first.
    std::string receive(std::size_t count) {
        std::string bytes;
        char piece[16 * 1024];
        while (bytes.size() < count) {
            const auto got = ::recv(socket_, piece, sizeof piece, 0);
            if (got <= 0) break;
            bytes.append(piece, static_cast<std::size_t>(got));
        }
        return bytes;
    }
    void shut_down_sending() { ::shutdown(socket_, SHUT_WR); }
    // The close that follows is a reset, not an orderly end.
    void reset_on_close() {
        const linger now{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }

  private:
    int socket_;
};

// Open files of a process whose link contains `what`: "socket:", "/objects/".
inline std::size_t open_files(pid_t pid, std::string_view what) {
    std::size_t count = 0;
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd", error)) {
        const auto target = std::filesystem::read_symlink(entry.path(), error);
        if (!error && target.string().find(what) != std::string::npos) ++count;
    }
    return count;
}

inline std::size_t files_below(const std::filesystem::path& folder) {
    std::size_t count = 0;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
        if (entry->is_regular_file(error)) ++count;
    return count;
}

}  // namespace faasd::test
