// A closed-loop HTTP client: each connection sends its next request when it has the answer to the last.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace faasd::bench {

struct Load {
    std::uint16_t port = 0;
    unsigned connections = 32;
    std::chrono::milliseconds duration{4000};
    std::uint64_t requests = 0;  // more than 0: so many in all, instead of `duration`
    // Writes the n-th request; called on the thread that runs the load.
    std::function<void(std::string& out, std::uint64_t n)> request;
    bool keep_bodies = false;
};

struct LoadResult {
    double per_second = 0;
    double seconds = 0;  // from the first byte sent, all connected, to the last answer
    double p50_ms = 0, p99_ms = 0, max_ms = 0;
    std::uint64_t answered = 0;
    std::vector<std::string> bodies;
};

// On the calling thread alone. Throws std::runtime_error for an answer other than 2xx and for a lost connection: a
// number with failures in it is worth nothing.
LoadResult run_load(const Load& load);

// Connections that have each been answered once and then rest.
class IdleConnections {
  public:
    IdleConnections(std::uint16_t port, unsigned count);
    ~IdleConnections();
    IdleConnections(const IdleConnections&) = delete;
    IdleConnections& operator=(const IdleConnections&) = delete;

  private:
    std::vector<int> sockets_;
};

// Requests as bytes.
[[nodiscard]] std::string get_request(const std::string& target);
[[nodiscard]] std::string post_request(const std::string& target, const std::string& body);

// What wrk says of -t1 -c<connections>. Throws where it reports errors.
struct WrkResult {
    double per_second = 0, p99_ms = 0;
};
WrkResult run_wrk(std::uint16_t port, const std::string& target, unsigned connections, unsigned seconds);

}  // namespace faasd::bench
