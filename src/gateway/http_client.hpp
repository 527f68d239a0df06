// A blocking HTTP/1.1 client, for the command line, probes of the daemon's own ports and tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace faasd::gateway {

struct ClientRequest {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string method = "GET";
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    // Instead of `body`: called until it yields nothing, with `body_size` bytes in all.
    std::function<base::Result<std::string>()> body_source;
    std::uint64_t body_size = 0;
    // Instead of collecting it: gets the body of a successful answer (2xx) piece by piece.
    std::function<base::Result<>(std::string_view)> body_sink;
    std::chrono::milliseconds timeout{60'000};  // without any progress
};

struct ClientResponse {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    [[nodiscard]] std::string header(std::string_view name) const;  // empty where absent
};

// One request on a connection of its own. An error means no complete answer came: refused, timed out, cut.
[[nodiscard]] base::Result<ClientResponse> fetch(const ClientRequest& request);

}  // namespace faasd::gateway
