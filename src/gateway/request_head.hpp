// A request's head, parsed and checked against RFC 9110 and 9112.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include "gateway/head_scanner.hpp"
#include "gateway/syntax.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

using Fields = boost::container::small_vector<model::HttpField, 12>;

enum class Framing { none, length, chunked };

// Views point into the bytes that were parsed.
struct RequestHead {
    std::string_view method, target;
    std::string_view raw_path, raw_query, host;
    Fields fields;
    unsigned minor = 1;  // HTTP/1.minor; more than 1 counts as 1
    bool keep_alive = false;
    bool expect_continue = false;
    Framing framing = Framing::none;
    std::uint64_t content_length = 0;
};

// Takes a whole head as HeadScanner found it. On a refusal `method` is set where it could be read (an answer to
// HEAD has no body), and the connection cannot go on: where the next request starts is not known.
//
// Beast's parser is not used here: it accepts line folding, a Transfer-Encoding beside a Content-Length, and any
// Host, and reports one error for what calls for 400, 414, 431, 501 or 505.
[[nodiscard]] std::optional<Refusal> parse_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head);

// One field line without its CRLF, of a header or trailer section.
[[nodiscard]] std::optional<Refusal> parse_field(std::string_view line, model::HttpField& field);

// Origin, absolute, authority and asterisk form (RFC 9112 section 3.2): sets raw_path, raw_query and, where the
// target has an authority, host.
[[nodiscard]] std::optional<Refusal> parse_target(RequestHead& head);

// Transfer-Encoding, Content-Length and the version decide about the body (RFC 9112 section 6.3).
class FramingRules {
  public:
    [[nodiscard]] std::optional<Refusal> content_length(std::string_view value);
    [[nodiscard]] std::optional<Refusal> transfer_encoding(std::string_view value);
    [[nodiscard]] std::optional<Refusal> decide(RequestHead& head) const;

  private:
    bool has_length_ = false, has_encoding_ = false;
    bool chunked_last_ = false, unknown_coding_ = false;
    std::uint64_t length_ = 0;
};

}  // namespace faasd::gateway
