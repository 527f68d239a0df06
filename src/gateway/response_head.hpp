// A response's status line and fields as bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/http.hpp"

namespace faasd::gateway {

// How the end of a response's body is marked (RFC 9112 section 6).
enum class BodyEnd { none, length, chunked, connection_close };

struct ResponseFrame {
    BodyEnd end = BodyEnd::none;
    std::uint64_t length = 0;
    bool close = false;        // "Connection: close"
    bool keep_alive = false;   // "Connection: keep-alive", for an HTTP/1.0 client that asked
    std::string_view date;
};

// Appends the head, its empty line included. Fields of the framing and of the connection are the gateway's alone and
// left out, and so is any field that would break out of its line: whatever a function says, it is one response.
void append_response_head(std::string& out, const model::HttpResponse& response, const ResponseFrame& frame);

// What is wrong with a field that somebody wants in a response, or nothing: an invalid name or value.
[[nodiscard]] std::optional<std::string> field_problem(std::string_view name, std::string_view value);

// 1xx, 204 and 304 have no body and say nothing of its length.
[[nodiscard]] inline bool status_has_body(unsigned status) { return status >= 200 && status != 204 && status != 304; }

[[nodiscard]] std::string_view reason_phrase(unsigned status);

// The body of every refusal of the gateway itself: {"message": "..."}.
[[nodiscard]] model::HttpResponse refusal_response(unsigned status, std::string_view reason);

}  // namespace faasd::gateway
