// Other HTTP servers behind the app's port, and how a route shares its requests out among them and functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/source_position.hpp"

namespace faasd::model {

struct HealthCheck {
    std::string path = "/";  // asked with GET; 2xx and 3xx are healthy
    base::Duration interval = std::chrono::seconds{10};
    base::Duration timeout = std::chrono::seconds{2};
    std::uint32_t unhealthy_after = 3;  // failures in a row
    std::uint32_t healthy_after = 2;    // successes in a row
    bool operator==(const HealthCheck&) const = default;
};

struct UpstreamDefinition {
    std::string name;
    std::string host;  // a name or an address, IPv6 without its brackets
    std::uint16_t port = 80;
    std::string base_path;       // before each request's path: "/app"; never ends in '/'
    bool preserve_host = false;  // it gets the client's Host instead of its own
    base::Duration connect_timeout = std::chrono::seconds{2};
    base::Duration response_timeout = std::chrono::seconds{30};  // until the head, and between two pieces of the body
    base::Duration tunnel_idle_timeout = std::chrono::minutes{5};  // of an upgraded connection, in both directions
    std::uint32_t retries = 1;
    std::uint32_t max_idle_connections = 32;
    base::Duration keep_alive = std::chrono::seconds{30};  // of an idle connection
    std::optional<HealthCheck> health_check;
    SourcePosition at;
    [[nodiscard]] std::string authority() const;  // "127.0.0.1:3001", "[::1]"; without the port where it is 80
};

// The target of a request is named: a function or an upstream. No two of them share a name.

struct WeightedTarget {
    std::string target;
    std::uint32_t weight = 0;  // thousandths of a percent; those of a split sum to kWholeSplit
    bool operator==(const WeightedTarget&) const = default;
};
inline constexpr std::uint32_t kWholeSplit = 100'000;

// What tells one client from another: the value of a cookie or of a header.
struct Stickiness {
    enum class Kind { cookie, header };
    Kind kind = Kind::cookie;
    std::string name;
    bool operator==(const Stickiness&) const = default;
};

struct HeaderRule {
    enum class Match { present, value, prefix };
    std::string header;
    Match match = Match::present;
    std::string text;
    std::string target;
    bool operator==(const HeaderRule&) const = default;
};

// A copy of the traffic to another target, whose answers are compared and dropped.
struct ShadowDefinition {
    std::string target;
    std::uint32_t share = kWholeSplit;  // of the requests, like a weight
    std::vector<std::string> ignore;    // members of JSON bodies that may differ, as JSON pointers (RFC 6901)
    bool operator==(const ShadowDefinition&) const = default;
};

}  // namespace faasd::model
