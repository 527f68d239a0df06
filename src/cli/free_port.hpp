// Ports for daemons that are killed and come back.
#pragma once

#include <cstdint>

namespace faasd::cli {

// A port of 127.0.0.1 that nobody listens on now, below the range from which the kernel takes the ports of outgoing
// connections: a client that tries to reach a daemon that is away could be given its very port, and would keep it from
// coming back. Throws CommandError where there is none.
[[nodiscard]] std::uint16_t free_port();

}  // namespace faasd::cli
