// What a proxy does with a client's connection beyond answering: interim answers, and bytes of another protocol.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/http.hpp"

namespace faasd::gateway {

class Connection;

// What has become of a connection whose two ends have agreed on another protocol (RFC 9110 section 7.8). Belongs to the
// connection, and to the loop; destroyed with it.
class Takeover {
  public:
    virtual ~Takeover() = default;
    // `early`: what the client has sent behind its request. The connection stays the owner of its descriptor.
    virtual void begin(Connection& connection, std::string early) = 0;
    // epoll bits, or IoContextLoop::kDeadline.
    virtual void on_client(std::uint32_t events) = 0;
};

// What make_responder() returns. The two are called on the loop, before an answer, and do nothing where the client is
// gone.
class ProxyResponder : public model::HttpResponder {
  public:
    // An interim answer (RFC 9110 section 15.2); none to a client of HTTP/1.0.
    virtual void inform(unsigned status, const std::vector<std::pair<std::string, std::string>>& fields) = 0;
    // Instead of an answer.
    virtual void take_over(std::unique_ptr<Takeover> takeover) = 0;
};

}  // namespace faasd::gateway
