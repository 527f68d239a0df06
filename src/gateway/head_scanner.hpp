// Finds the end of a request's head in bytes as they arrive.
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/syntax.hpp"

namespace faasd::gateway {

struct HeadLimits {
    std::size_t max_head = 32 * 1024;   // request line and fields together: 431
    std::size_t max_target = 8 * 1024;  // of the request line: 414 (RFC 9112 section 3 asks for 8000 at least)
    std::size_t max_fields = 256;       // 431
};

// Sans I/O, and small: an idle connection keeps one. Refuses as soon as the bytes cannot become a valid head, so
// that the sender is answered instead of waited for: a line that ends in LF alone, an endless line, bytes that are
// no HTTP at all.
class HeadScanner {
  public:
    enum class State { need_more, complete, refused };
    struct Result {
        State state = State::need_more;
        std::size_t begin = 0, end = 0;  // of the head, CRLF CRLF included
        Refusal refusal{};
    };
    // `data` is all that arrived since the last request; each call continues where the one before stopped.
    [[nodiscard]] Result scan(std::string_view data, const HeadLimits& limits);
    void reset() { *this = {}; }

  private:
    std::size_t position_ = 0;    // everything before it is known to hold no unseen line end
    std::size_t line_ = 0;        // start of the current line
    std::size_t begin_ = 0;       // after the empty lines that may precede a request (RFC 9112 section 2.2)
};

}  // namespace faasd::gateway
