// The four forms of a request target: RFC 9112 section 3.2.
#include "base/text.hpp"
#include "gateway/request_head.hpp"

namespace faasd::gateway {
namespace {

void split_query(std::string_view path_and_query, RequestHead& head) {
    const auto question = path_and_query.find('?');
    head.raw_path = path_and_query.substr(0, question);
    head.raw_query = question == std::string_view::npos ? std::string_view{} : path_and_query.substr(question + 1);
}

std::optional<Refusal> parse_absolute(RequestHead& head) {
    const auto colon = head.target.find(':');
    const std::string_view scheme = head.target.substr(0, colon);
    if (colon == std::string_view::npos || (!base::iequals(scheme, "http") && !base::iequals(scheme, "https")))
        return Refusal{400, "the request target is neither a path nor an http URL"};
    std::string_view rest = head.target.substr(colon + 1);
    if (!rest.starts_with("//")) return Refusal{400, "the URL of the request target has no host"};
    rest.remove_prefix(2);
    const auto end = rest.find_first_of("/?");
    const std::string_view authority = rest.substr(0, end);
    // Userinfo is refused as well: it hides the true host from a reader (RFC 9110 section 4.2.4).
    if (!is_valid_authority(authority)) return Refusal{400, "the URL of the request target has no valid host"};
    head.host = authority;
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
    split_query(rest, head);
    if (head.raw_path.empty()) head.raw_path = head.method == "OPTIONS" && rest.empty() ? "*" : "/";
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> parse_target(RequestHead& head) {
    if (head.method == "CONNECT") {
        const auto port = head.target.rfind(':');
        if (!is_valid_authority(head.target) || port == std::string_view::npos || port + 1 == head.target.size())
            return Refusal{400, "the target of CONNECT is a host and a port"};
        return Refusal{501, "CONNECT is for proxies; this is an origin server"};
    }
    if (head.target.front() == '/') {
        split_query(head.target, head);
        return std::nullopt;
    }
    if (head.target == "*") {
        if (head.method != "OPTIONS") return Refusal{400, "the target * belongs to OPTIONS alone"};
        head.raw_path = head.target;
        return std::nullopt;
    }
    return parse_absolute(head);
}

}  // namespace faasd::gateway
