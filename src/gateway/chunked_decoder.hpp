// The chunked transfer coding, RFC 9112 section 7.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/syntax.hpp"

namespace faasd::gateway {

// Sans I/O; copies no data. Trailers are checked like header fields and kept apart: nothing of them reaches the
// headers (RFC 9112 section 7.1.2). Extensions are checked and ignored. Both have limits, since a body's own limit
// does not count them.
class ChunkedDecoder {
  public:
    explicit ChunkedDecoder(std::size_t max_trailer = 32 * 1024) : max_trailer_(max_trailer) {}

    enum class State { need_more, data, done, refused };
    struct Step {
        State state = State::need_more;
        std::size_t consumed = 0;  // of the input, the data included
        std::string_view data;     // into the input
        Refusal refusal{};
    };
    // The next piece of the body in `input`, which continues where the last call's `consumed` ended. At need_more
    // all of the input has been consumed.
    [[nodiscard]] Step next(std::string_view input);
    // "Name: value\r\n" for each trailer, at the end; without those that say how a message is framed, routed or
    // forwarded (RFC 9110 section 6.5.1).
    [[nodiscard]] const std::string& trailers() const { return trailers_; }

  private:
    enum class Part { line, data, data_end, trailer, done };
    // True when `line_` holds a whole line; its CRLF is not kept.
    bool collect_line(std::string_view input, std::size_t& position, std::size_t limit);
    [[nodiscard]] std::optional<Refusal> on_chunk_line();
    [[nodiscard]] std::optional<Refusal> on_trailer_line();
    [[nodiscard]] bool valid_extensions(std::string_view text) const;

    static constexpr std::size_t kMaxLine = 4096;
    static constexpr std::size_t kMaxExtensions = 64 * 1024;  // of a whole body

    Part part_ = Part::line;
    std::string line_, trailers_;
    bool line_too_long_ = false, bare_lf_ = false;
    std::uint64_t remaining_ = 0;
    std::size_t extension_bytes_ = 0, trailer_bytes_ = 0;
    unsigned ends_seen_ = 0;
    std::size_t max_trailer_;
};

}  // namespace faasd::gateway
