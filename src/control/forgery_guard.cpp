#include "control/forgery_guard.hpp"

#include "base/text.hpp"

namespace faasd::control {
namespace {

// "localhost:4566" and "[::1]:4566" without the port.
std::string_view without_port(std::string_view authority) {
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return authority;
    return authority.substr(0, colon);
}

// "127.0.0.1", "[::1]". Only a name can be made to point here by somebody else; whether an address is reachable from
// elsewhere is decided by what the daemon binds to.
bool is_address(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) return true;
    return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

bool ForgeryGuard::is_ours(std::string_view authority) const {
    const std::string_view host = without_port(authority);
    // ".localhost" never leaves the machine (RFC 6761 section 6.3).
    if (base::iequals(host, "localhost") || is_address(host)) return true;
    if (host.size() > 10 && base::iequals(host.substr(host.size() - 10), ".localhost")) return true;
    for (const std::string& own : hosts_)
        if (base::iequals(host, own)) return true;
    return false;
}

std::optional<std::string> ForgeryGuard::refusal(const model::HttpRequest& request) const {
    if (!is_ours(request.host))
        return "the control port answers to localhost and to addresses, not to the name '" + std::string(request.host) +
               "'; start faasd with --host to serve that name";
    if (const auto origin = request.header("origin")) {
        const std::size_t scheme = origin->find("://");
        if (scheme == std::string_view::npos || !base::iequals(origin->substr(scheme + 3), request.host))
            return "a web page of " + std::string(*origin) + " may not use the control port";
    }
    if (const auto site = request.header("sec-fetch-site"); site && *site != "same-origin" && *site != "none")
        return "a web page of another site may not use the control port";
    return std::nullopt;
}

}  // namespace faasd::control
