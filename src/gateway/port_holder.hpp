// Who already listens on a port.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace faasd::gateway {

// "pid 1234 (nginx)", from /proc/net/tcp, tcp6 and /proc/*/fd (proc(5)). Nothing where the holder belongs to
// another user, or /proc is not there. Slow; for error messages.
[[nodiscard]] std::optional<std::string> find_port_holder(std::uint16_t port);

}  // namespace faasd::gateway
