#include "gateway/response_head.hpp"

#include <charconv>

#include <boost/beast/http/status.hpp>

#include "base/log.hpp"
#include "base/text.hpp"
#include "gateway/syntax.hpp"

namespace faasd::gateway {
namespace {

void append_number(std::string& out, std::uint64_t number, int base = 10) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number, base).ptr;
    out.append(digits, end);
}

// The gateway's own: what frames the message, and what belongs to one connection (RFC 9110 section 7.6.1).
bool is_gateways_own(std::string_view name) {
    using base::iequals;
    switch (name.size()) {
        case 2: return iequals(name, "te");
        case 4: return iequals(name, "date");
        case 7: return iequals(name, "upgrade") || iequals(name, "trailer");
        case 10: return iequals(name, "connection") || iequals(name, "keep-alive");
        case 14: return iequals(name, "content-length");
        case 16: return iequals(name, "proxy-connection");
        case 17: return iequals(name, "transfer-encoding");
        default: return false;
    }
}

}  // namespace

std::string_view reason_phrase(unsigned status) {
    const auto phrase = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    return {phrase.data(), phrase.size()};
}

void append_response_head(std::string& out, const model::HttpResponse& response, const ResponseFrame& frame) {
    if (response.status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
    } else {
        out += "HTTP/1.1 ";
        append_number(out, response.status);
        out += ' ';
        out += reason_phrase(response.status);
        out += "\r\n";
    }
    out.append("Date: ").append(frame.date).append("\r\n");
    for (const auto& [name, value] : response.headers) {
        if (!is_token(name) || !is_field_value(value) || is_gateways_own(name)) continue;
        out.append(name).append(": ").append(value).append("\r\n");
    }
    if (frame.end == BodyEnd::length) {
        out += "Content-Length: ";
        append_number(out, frame.length);
        out += "\r\n";
    } else if (frame.end == BodyEnd::chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    }
    if (frame.close) {
        out += "Connection: close\r\n";
    } else if (frame.keep_alive) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
}

std::optional<std::string> field_problem(std::string_view name, std::string_view value) {
    if (!is_token(name)) return "\"" + std::string(name) + "\" is no valid header name";
    if (!is_field_value(value)) return "the value of the header \"" + std::string(name) + "\" has control characters";
    return std::nullopt;
}

model::HttpResponse refusal_response(unsigned status, std::string_view reason) {
    std::string message(reason_phrase(status));
    if (!reason.empty()) message.append(": ").append(reason);
    return model::HttpResponse::json(status, "{\"message\":\"" + base::json_escape(message) + "\"}\n");
}

}  // namespace faasd::gateway
