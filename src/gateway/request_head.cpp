#include "gateway/request_head.hpp"

#include "base/text.hpp"

namespace faasd::gateway {
namespace {

using base::iequals;

std::optional<Refusal> parse_request_line(std::string_view line, const HeadLimits& limits, RequestHead& head) {
    const auto first = line.find(' ');
    if (first == std::string_view::npos) return Refusal{400, "the request line has no target and no version"};
    head.method = line.substr(0, first);
    if (!is_token(head.method)) return Refusal{400, "the method is not a token"};
    const auto second = line.find(' ', first + 1);
    if (second == std::string_view::npos) return Refusal{400, "the request line has no version"};
    head.target = line.substr(first + 1, second - first - 1);
    if (head.target.size() > limits.max_target) return Refusal{414, "the request target is too long"};
    const std::string_view version = line.substr(second + 1);
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) || version[6] != '.' ||
        !is_digit(version[7]))
        return Refusal{400, "the request line does not end in HTTP/1.1"};
    if (version[5] != '1') return Refusal{505, "only HTTP/1.1 and HTTP/1.0 are spoken here"};
    head.minor = version[7] == '0' ? 0 : 1;
    if (head.target.empty() || !all_are(head.target, kTarget))
        return Refusal{400, "the request target has characters that must be percent-encoded"};
    return std::nullopt;
}

// What the fields of one head say about the message itself.
struct Control {
    FramingRules framing;
    std::optional<std::string_view> host;
    bool close = false, keep_alive = false;
    bool expects = false, expects_other = false;
};

std::optional<Refusal> note(const model::HttpField& field, Control& control) {
    std::string_view list = field.value;
    switch (field.name.size()) {
        case 4:
            if (!iequals(field.name, "host")) break;
            if (control.host) return Refusal{400, "more than one Host"};
            control.host = field.value;
            break;
        case 6:
            if (!iequals(field.name, "expect")) break;
            while (const auto element = next_element(list))
                (iequals(*element, "100-continue") ? control.expects : control.expects_other) = true;
            break;
        case 10:
            if (!iequals(field.name, "connection")) break;
            while (const auto element = next_element(list)) {
                if (iequals(*element, "close")) control.close = true;
                if (iequals(*element, "keep-alive")) control.keep_alive = true;
            }
            break;
        case 14:
            if (iequals(field.name, "content-length")) return control.framing.content_length(field.value);
            break;
        case 17:
            if (iequals(field.name, "transfer-encoding")) return control.framing.transfer_encoding(field.value);
            break;
        default: break;
    }
    return std::nullopt;
}

std::optional<Refusal> conclude(const Control& control, RequestHead& head) {
    if (auto refusal = control.framing.decide(head)) return refusal;
    if (!control.host && head.minor >= 1) return Refusal{400, "HTTP/1.1 requires a Host"};
    if (control.host && !is_valid_authority(*control.host)) return Refusal{400, "Host is not a host and port"};
    if (control.host) head.host = *control.host;
    if (auto refusal = parse_target(head)) return refusal;
    head.keep_alive = !control.close && (head.minor >= 1 || control.keep_alive);
    // A server ignores expectations of an HTTP/1.0 client (RFC 9110 section 10.1.1).
    if (head.minor >= 1) {
        if (control.expects_other) return Refusal{417, "the only expectation understood is 100-continue"};
        head.expect_continue = control.expects;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> parse_field(std::string_view line, model::HttpField& field) {
    if (line.front() == ' ' || line.front() == '\t')
        return Refusal{400, "a header line starts with white space (line folding is obsolete)"};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return Refusal{400, "a header line has no colon"};
    field.name = line.substr(0, colon);
    if (!is_token(field.name)) return Refusal{400, "a header name is empty or has characters that it must not have"};
    field.value = trim(line.substr(colon + 1));
    if (!is_field_value(field.value)) return Refusal{400, "a header value has control characters"};
    return std::nullopt;
}

std::optional<Refusal> parse_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head) {
    const auto line_end = [&] { return bytes.find("\r\n"); };
    auto end = line_end();
    if (end == std::string_view::npos) return Refusal{400, "the request line has no end"};
    if (auto refusal = parse_request_line(bytes.substr(0, end), limits, head)) return refusal;
    bytes.remove_prefix(end + 2);
    Control control;
    while ((end = line_end()) != 0) {
        if (end == std::string_view::npos) return Refusal{400, "the header section has no end"};
        if (head.fields.size() == limits.max_fields) return Refusal{431, "too many header fields"};
        model::HttpField field;
        if (auto refusal = parse_field(bytes.substr(0, end), field)) return refusal;
        if (auto refusal = note(field, control)) return refusal;
        head.fields.push_back(field);
        bytes.remove_prefix(end + 2);
    }
    return conclude(control, head);
}

std::optional<Refusal> FramingRules::content_length(std::string_view value) {
    // Repeated equal values are one value (RFC 9112 section 6.3, item 5).
    for (std::size_t comma = 0; comma != std::string_view::npos;) {
        comma = value.find(',');
        const std::string_view element = trim(value.substr(0, comma));
        if (comma != std::string_view::npos) value.remove_prefix(comma + 1);
        if (element.empty()) return Refusal{400, "Content-Length is not a number"};
        std::uint64_t number = 0;
        for (const char c : element) {
            if (!is_digit(c)) return Refusal{400, "Content-Length is not a number"};
            if (number > (UINT64_MAX - 9) / 10) return Refusal{413, "Content-Length is larger than any body may be"};
            number = number * 10 + static_cast<std::uint64_t>(c - '0');
        }
        if (has_length_ && length_ != number) return Refusal{400, "Content-Length is given twice and differs"};
        has_length_ = true;
        length_ = number;
    }
    return std::nullopt;
}

std::optional<Refusal> FramingRules::transfer_encoding(std::string_view value) {
    has_encoding_ = true;
    while (const auto coding = next_element(value)) {
        if (chunked_last_) return Refusal{400, "Transfer-Encoding has something after chunked"};
        if (iequals(*coding, "chunked")) {
            chunked_last_ = true;
        } else {
            unknown_coding_ = true;
        }
    }
    return std::nullopt;
}

std::optional<Refusal> FramingRules::decide(RequestHead& head) const {
    if (has_encoding_) {
        if (head.minor == 0) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
        if (has_length_) return Refusal{400, "Transfer-Encoding beside Content-Length"};
        if (!chunked_last_) return Refusal{400, "the last Transfer-Encoding of a request must be chunked"};
        if (unknown_coding_) return Refusal{501, "the only Transfer-Encoding understood is chunked"};
        head.framing = Framing::chunked;
    } else if (has_length_) {
        head.content_length = length_;
        head.framing = length_ == 0 ? Framing::none : Framing::length;
    }
    return std::nullopt;
}

}  // namespace faasd::gateway
