// Bytes in both directions between a client and an upstream that have changed their protocol.
#pragma once

#include <memory>
#include <string>

#include "gateway/proxy/transfer.hpp"
#include "gateway/proxy/upstream.hpp"
#include "gateway/takeover.hpp"

namespace faasd::gateway {

// Each direction ends for itself: the end of one side's bytes is passed on once they all have been. Both are over when
// both have ended, when one side breaks, or after the upstream's tunnel_idle_timeout without a byte in either direction.
// A side that does not read stops the other: a direction holds at most what one read brought.
[[nodiscard]] std::unique_ptr<Takeover> make_tunnel(std::shared_ptr<Upstream> upstream, TransferUpgrade upgrade);

}  // namespace faasd::gateway
