// Upstreams: other HTTP servers that routes lead to.
#include <algorithm>
#include <charconv>

#include "config/sections.hpp"

namespace faasd::config {
namespace {

using model::HealthCheck;
using model::UpstreamDefinition;
using namespace std::chrono_literals;

constexpr std::string_view kForExample = "for example http://127.0.0.1:3001 or http://legacy.internal:8080/shop";

bool is_host(std::string_view host, bool bracketed) {
    if (host.empty() || host.size() > 253) return false;
    return std::ranges::all_of(host, [&](char c) {
        const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return alphanumeric || c == '.' || (bracketed ? c == ':' : c == '-' || c == '_');
    });
}

// The fault of a URL, or nothing.
std::string fault_of(std::string_view url, UpstreamDefinition& into) {
    if (url.starts_with("https://")) return "upstreams are spoken to in plain HTTP";
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) return "the URL of an upstream starts with http://";
    url.remove_prefix(scheme.size());
    const auto slash = url.find('/');
    std::string_view authority = url.substr(0, slash);
    std::string_view path = slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
    if (authority.find('@') != std::string_view::npos) return "the URL of an upstream has no user";
    for (const char c : path)
        if (c == '?' || c == '#' || c <= ' ' || c == 0x7f)
            return "the path of an upstream's URL has no query, fragment or spaces";
    std::string_view host = authority, port;
    const bool bracketed = authority.starts_with('[');
    if (bracketed) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return "its host has no closing ']'";
        host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
        if (!port.empty() && !port.starts_with(':')) return "its host is followed by something that is no port";
    } else if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon);
    }
    if (!is_host(host, bracketed)) return "it has no valid host";
    if (!port.empty()) {
        port.remove_prefix(1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), into.port);
        if (error != std::errc{} || end != port.data() + port.size() || into.port == 0)
            return "its port is not a number from 1 to 65535";
    }
    while (path.ends_with('/')) path.remove_suffix(1);
    into.host = host;
    into.base_path = path;
    return {};
}

void read_url(Reading& reading, const Node& node, UpstreamDefinition& into) {
    const auto url = reading.text("url", node);
    if (!url) return;
    if (const std::string fault = fault_of(*url, into); !fault.empty())
        reading.error(node, shown(node) + " is no upstream: " + fault, std::string(kForExample));
}

Field<UpstreamDefinition> url_field() {
    return {{"url",
             ValueDescription::text("http://host:port, with a path or without", R"(^http://)"),
             "Where it listens. A path in it stands before the path of each request.",
             {},
             false},
            read_url};
}

void read_path(Reading& reading, const Node& node, HealthCheck& into) {
    const auto path = reading.text("path", node);
    if (!path) return;
    const bool valid = path->starts_with('/') &&
                       std::ranges::all_of(*path, [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
    if (!valid) {
        reading.error(node, "'path': " + shown(node) + " is no path", "write one that starts with '/': /health");
    } else {
        into.path = *path;
    }
}

}  // namespace

const Section<HealthCheck>& health_check_section() {
    using H = HealthCheck;
    static const Section<H> section =
        Section<H>("health_check", "upstreams.<name>.health_check",
                   "Asks the upstream whether it works. While it does not, its requests are answered 503 with the reason "
                   "at once, or go to the other targets of their split. The short form is the path alone.",
                   {{{"path", ValueDescription::text("a path"),
                      "Asked with GET; an answer of 2xx or 3xx is healthy.", "\"/\"", false},
                     read_path},
                    duration_field<H>("interval", &H::interval, 10ms, 1h, "Between two checks."),
                    duration_field<H>("timeout", &H::timeout, 1ms, 1min, "For the answer to one."),
                    integer_field<H>("unhealthy_after", &H::unhealthy_after, 1, 100,
                                     "So many failures in a row make it unhealthy."),
                    integer_field<H>("healthy_after", &H::healthy_after, 1, 100,
                                     "So many successes in a row make it healthy again.")})
            .short_form(ValueDescription::text("a path"), read_path)
            .may_be_empty();
    return section;
}

const Section<UpstreamDefinition>& upstream_section() {
    using U = UpstreamDefinition;
    static const Section<U> section =
        Section<U>(
            "upstream", "upstreams.<name>",
            "Another HTTP server that routes may lead to. Requests and answers are streamed in both directions, and so is "
            "what follows an upgrade (WebSocket). The short form is the URL alone.",
            {url_field().required(),
             boolean_field<U>("preserve_host", &U::preserve_host,
                              "It gets the Host that the client sent instead of its own; X-Forwarded-Host has the "
                              "client's either way."),
             duration_field<U>("connect_timeout", &U::connect_timeout, 1ms, 5min,
                               "For a connection to it; after that 504."),
             duration_field<U>("response_timeout", &U::response_timeout, 1ms, 1h,
                               "For the head of its answer, after which 504, and between two pieces of the body."),
             duration_field<U>("tunnel_idle_timeout", &U::tunnel_idle_timeout, 1ms, 24h,
                               "An upgraded connection in which nothing moves for so long is closed."),
             integer_field<U>("retries", &U::retries, 0, 10,
                              "Further attempts where no connection could be made, or where an idempotent request "
                              "without a body got no byte of an answer."),
             integer_field<U>("max_idle_connections", &U::max_idle_connections, 0, 10'000,
                              "Connections that are kept for later requests."),
             duration_field<U>("keep_alive", &U::keep_alive, 0s, 1h, "How long they are kept."),
             section_field<U>("health_check", &U::health_check, health_check_section(),
                              "Whether it works. Without one it is always asked.")})
            .short_form(ValueDescription::text("http://host:port"), read_url)
            .foreign({{"timeout", "write 'connect_timeout' and 'response_timeout'"},
                      {"health", "did you mean 'health_check'?"},
                      {"host", "write 'url: http://host:port'"},
                      {"port", "write 'url: http://host:port'"}});
    return section;
}

}  // namespace faasd::config
