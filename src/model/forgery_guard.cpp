#include "model/forgery_guard.hpp"

#include "base/text.hpp"

namespace faasd::model {
namespace {

// "localhost:4566" and "[::1]:4566" without the port.
std::string_view without_port(std::string_view authority) {
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return authority;
    return authority.substr(0, colon);
}

bool ends_with(std::string_view host, std::string_view suffix) {
    return host.size() > suffix.size() && base::iequals(host.substr(host.size() - suffix.size()), suffix);
}

// "127.0.0.1", "[::1]". Only a name can be made to point here by somebody else; whether an address is reachable from
// elsewhere is decided by what the daemon binds to.
bool is_address(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) return true;
    return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// ".localhost" never leaves the machine (RFC 6761 section 6.3).
bool is_this_machine(std::string_view host) {
    return base::iequals(host, "localhost") || ends_with(host, ".localhost") || is_address(host);
}

// As is_this_machine(), but of addresses only those that nobody else has.
bool is_loopback(std::string_view host) {
    return is_this_machine(host) && (!is_address(host) || host == "[::1]" || host.starts_with("127."));
}

}  // namespace

bool ForgeryGuard::is_ours(std::string_view authority) const {
    const std::string_view host = without_port(authority);
    if (is_this_machine(host)) return true;
    for (const std::string& own : admitted_.hosts)
        if (base::iequals(host, own)) return true;
    for (const std::string& suffix : admitted_.suffixes)
        if (ends_with(host, suffix)) return true;
    return false;
}

bool ForgeryGuard::is_admitted(std::string_view origin, std::string_view host) const {
    const std::size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos) return false;
    const std::string_view authority = origin.substr(scheme + 3);
    if (base::iequals(authority, host)) return true;
    return admitted_.pages_of_this_machine && is_loopback(without_port(authority));
}

std::optional<std::string> ForgeryGuard::host_refusal(const HttpRequest& request) const {
    if (is_ours(request.host)) return std::nullopt;
    return "this port answers to localhost and to addresses, not to the name '" + std::string(request.host) +
           "'; start faasd with --host to serve that name";
}

std::optional<std::string> ForgeryGuard::page_refusal(const HttpRequest& request) const {
    if (const auto origin = request.header("origin")) {
        if (is_admitted(*origin, request.host)) return std::nullopt;
        return "a web page of " + std::string(*origin) + " may not use this port";
    }
    if (const auto site = request.header("sec-fetch-site"); site && *site != "same-origin" && *site != "none")
        return "a web page of another site may not use this port";
    return std::nullopt;
}

std::optional<std::string> ForgeryGuard::refusal(const HttpRequest& request) const {
    if (auto why = host_refusal(request)) return why;
    return page_refusal(request);
}

}  // namespace faasd::model
