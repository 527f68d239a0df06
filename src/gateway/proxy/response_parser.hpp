// An upstream's answer as it arrives: its heads, and where its body ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/chunked_decoder.hpp"
#include "gateway/head_scanner.hpp"
#include "gateway/request_head.hpp"
#include "gateway/response_head.hpp"

namespace faasd::gateway {

struct UpstreamHead {
    unsigned status = 0;
    unsigned minor = 1;
    Fields fields;           // views into the bytes that were parsed
    BodyEnd end = BodyEnd::none;
    std::optional<std::uint64_t> length;  // BodyEnd::length, and what an answer without a body says of one
    bool keep_alive = false;
};

// Takes a whole head, its empty line included; the reason where it is none, or where two recipients could disagree about
// where its body ends (RFC 9112 sections 6.1, 6.3 and 11.2): Transfer-Encoding beside Content-Length, differing lengths, a
// coding other than chunked, folded lines, bare LF. `to_head`: the request was HEAD.
[[nodiscard]] std::optional<std::string> parse_upstream_head(std::string_view bytes, bool to_head, std::size_t max_fields,
                                                             UpstreamHead& head);

// The end of a head within `data`, its empty line included; 0 where there is none yet. A line that ends in LF alone and
// bytes that are not HTTP are refused at once.
struct HeadEnd {
    std::size_t size = 0;
    std::string problem;
};
[[nodiscard]] HeadEnd find_head_end(std::string_view data, std::size_t max_head);

// Takes the framing of a body off. Sans I/O.
class BodyReader {
  public:
    BodyReader(const UpstreamHead& head, std::size_t max_trailer);
    // Appends what `input` holds of the body to `out`; the number of bytes that belonged to this answer, or the problem.
    [[nodiscard]] base::Result<std::size_t> take(std::string_view input, std::string& out);
    // The connection has ended: whether that was the end of the body.
    [[nodiscard]] bool take_end();
    [[nodiscard]] bool complete() const { return complete_; }
    [[nodiscard]] std::uint64_t missing() const { return remaining_; }  // of a body with a length
    // "Name: value\r\n" for each, after the end.
    [[nodiscard]] std::string trailers() const { return decoder_ ? decoder_->trailers() : std::string(); }

  private:
    BodyEnd end_;
    std::uint64_t remaining_ = 0;
    std::optional<ChunkedDecoder> decoder_;
    bool complete_ = false;
};

}  // namespace faasd::gateway
