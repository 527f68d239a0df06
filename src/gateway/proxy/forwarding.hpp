// What a proxy changes in the heads that pass through it (RFC 9110 section 7.6, RFC 7239).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/request_head.hpp"
#include "model/http.hpp"
#include "model/upstreams.hpp"

namespace faasd::gateway {

// How the body of a request is framed: as its client framed it.
struct RequestBody {
    Framing framing = Framing::none;
    std::uint64_t length = 0;
    bool expects_continue = false;
};
[[nodiscard]] RequestBody body_of(const model::HttpRequest& request);

// The protocol that the client asks to change to with "Connection: upgrade" (RFC 9110 section 7.8), or nothing. A
// request with a body keeps its protocol.
[[nodiscard]] std::optional<std::string_view> upgrade_of(const model::HttpRequest& request);

// The whole head of the request to the upstream. Beside the method and the target, below the upstream's path:
// - Host is the upstream's, or the client's with preserve_host;
// - fields of the connection are left out: Connection and what it names, Keep-Alive, Proxy-*, TE, Transfer-Encoding and
//   Upgrade; "TE: trailers" and an upgrade that was asked for are said anew;
// - X-Forwarded-For and Forwarded get the client's address at their end, Via this gateway; X-Forwarded-Proto, -Host and
//   -Port stay as a proxy in front of this one has set them, and otherwise say what the client did.
[[nodiscard]] std::string upstream_request_head(const model::HttpRequest& request,
                                                const model::UpstreamDefinition& upstream);

// Whether the request has passed this gateway so often that it must be going round in a circle.
[[nodiscard]] bool is_loop(const model::HttpRequest& request);

// Whether the fields' Connection names the field, or it belongs to a connection by nature.
class HopByHop {
  public:
    explicit HopByHop(std::span<const model::HttpField> fields);
    [[nodiscard]] bool operator()(std::string_view name) const;
    [[nodiscard]] bool names(std::string_view option) const;

  private:
    std::vector<std::string_view> named_;  // by Connection
};

using FieldList = std::vector<std::pair<std::string, std::string>>;

// The fields of an upstream's answer for the client, one for each: Set-Cookie cannot be merged (RFC 9110 section 5.3).
[[nodiscard]] FieldList fields_for_client(std::span<const model::HttpField> fields);

}  // namespace faasd::gateway
