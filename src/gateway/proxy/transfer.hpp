// One request to an upstream, with its attempts, and its answer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.hpp"
#include "gateway/proxy/forwarding.hpp"
#include "gateway/proxy/upstream.hpp"
#include "gateway/proxy/upstream_socket.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

struct TransferRequest {
    std::string method;
    std::string head;  // whole, as upstream_request_head() makes it
    RequestBody body;
    std::unique_ptr<model::HttpBodyStream> stream;  // where there is a body
    bool upgrade = false;                           // a 101 is welcome
    std::optional<base::Duration> time_limit;       // for the head of the answer, instead of the upstream's timeouts
    std::optional<std::uint32_t> retries;           // instead of the upstream's
    bool counted = true;                            // in the upstream's figures
    std::function<void(unsigned status, FieldList fields)> inform;  // of an interim answer (1xx)
};

struct TransferFailure {
    unsigned status = 502;
    std::string reason;  // "upstream legacy (127.0.0.1:3001) refused the connection"
};
struct TransferUpgrade {
    std::string head;   // of the 101, for the client
    std::unique_ptr<UpstreamSocket> socket;
    std::string early;  // what the upstream sent behind its head
};
// The body of a response is a source that reads from the upstream only when it is read itself: the one flows as fast as
// the other. Destroying it breaks the request off.
using TransferAnswer = std::variant<TransferFailure, model::HttpResponse, TransferUpgrade>;

class Transfer;

// On the loop; `done` is called there, once, maybe before it returns. Reads the request's stream only as fast as the
// upstream takes it, from when it is connected, and goes on while the answer is read.
std::shared_ptr<Transfer> start_transfer(std::shared_ptr<Upstream> upstream, TransferRequest request,
                                         base::UniqueFunction<void(TransferAnswer)> done);

// On the loop: nobody waits for it any more. Closes its connection.
void cancel(Transfer& transfer);

}  // namespace faasd::gateway
