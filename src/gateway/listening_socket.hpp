// A TCP socket that listens: bound here, or inherited from the daemon's former self.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace faasd::gateway {

struct ListeningSocket {
    int descriptor = -1;
    std::string host;  // numeric
    std::uint16_t port = 0;
};

// Non-blocking, close-on-exec, SO_REUSEADDR and never SO_REUSEPORT: a second daemon on one port has to fail. Port 0
// is any free one. Names are resolved, which may block. The error of a port in use says by whom, if known.
[[nodiscard]] base::Result<ListeningSocket> bind_socket(const std::string& host, std::uint16_t port);

// Takes over a descriptor that listens already; an error where it does not.
[[nodiscard]] base::Result<ListeningSocket> adopt_socket(int descriptor);

// "127.0.0.1:54321", "[::1]:54321"
[[nodiscard]] std::string format_address(const sockaddr_storage& address);

}  // namespace faasd::gateway
