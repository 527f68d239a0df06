// Whether a request to an upstream may be sent once more.
#pragma once

#include <cstdint>
#include <string_view>

namespace faasd::gateway {

// RFC 9110 section 9.2.2.
[[nodiscard]] inline bool is_idempotent(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS" ||
           method == "TRACE";
}

// What is known of an attempt that failed before the head of an answer.
struct AttemptFacts {
    bool idempotent = false;
    bool connected = false;      // so the request, or a part of it, may have arrived
    bool reused = false;         // on a connection that had served requests before
    bool timed_out = false;      // while waiting for the answer
    bool body_begun = false;     // a byte of the body has left the client's connection: it is not there any more
    bool response_begun = false;
    std::uint32_t retries_made = 0, retries_allowed = 0;
};

enum class Retry {
    no,
    yes,   // counts against the retries
    free,  // counts not: a server may close an idle connection at any moment (RFC 9112 section 9.5)
};

[[nodiscard]] inline Retry may_retry(const AttemptFacts& facts) {
    if (facts.body_begun || facts.response_begun) return Retry::no;
    if (facts.connected && (!facts.idempotent || facts.timed_out)) return Retry::no;
    if (facts.connected && facts.reused) return Retry::free;
    return facts.retries_made < facts.retries_allowed ? Retry::yes : Retry::no;
}

}  // namespace faasd::gateway
