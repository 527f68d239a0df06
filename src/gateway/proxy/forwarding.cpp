#include "gateway/proxy/forwarding.hpp"

#include <charconv>

#include "base/text.hpp"

namespace faasd::gateway {
namespace {

using base::iequals;

constexpr std::string_view kPseudonym = "faasd";
constexpr int kMaxPasses = 16;

bool is_connections_own(std::string_view name) {
    switch (name.size()) {
        case 2: return iequals(name, "te");
        case 7: return iequals(name, "upgrade");
        case 10: return iequals(name, "connection") || iequals(name, "keep-alive");
        case 16: return iequals(name, "proxy-connection");
        case 17: return iequals(name, "transfer-encoding");
        case 18: return iequals(name, "proxy-authenticate");
        case 19: return iequals(name, "proxy-authorization");
        default: return false;
    }
}

bool asks_for_trailers(const model::HttpRequest& request) {
    for (const model::HttpField& field : request.headers) {
        if (!iequals(field.name, "te")) continue;
        std::string_view list = field.value;
        while (const auto coding = next_element(list))
            if (iequals(*coding, "trailers")) return true;
    }
    return false;
}

// "127.0.0.1:54321" or "[::1]:54321" without the port and the brackets.
std::string_view client_address(std::string_view remote) {
    const auto colon = remote.rfind(':');
    std::string_view address = remote.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    return address;
}

std::string_view port_of(std::string_view authority) {
    const auto colon = authority.rfind(':');
    if (colon == std::string_view::npos || authority.ends_with(']')) return "80";
    return authority.substr(colon + 1);
}

void add(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

// All fields of that name, joined, and one element more.
std::string appended(const model::HttpRequest& request, std::string_view name, std::string_view more) {
    std::string list;
    for (const model::HttpField& field : request.headers)
        if (iequals(field.name, name) && !field.value.empty()) list.append(field.value).append(", ");
    return list.append(more);
}

std::string forwarded_element(const model::HttpRequest& request) {
    const std::string_view address = client_address(request.remote_address);
    std::string element = "for=";
    if (address.find(':') == std::string_view::npos) {
        element += address;
    } else {
        element.append("\"[").append(address).append("]\"");
    }
    if (!request.host.empty()) element.append(";host=\"").append(request.host).append("\"");
    return element.append(";proto=http");
}

void add_forwarded(std::string& head, const model::HttpRequest& request) {
    add(head, "X-Forwarded-For", appended(request, "x-forwarded-for", client_address(request.remote_address)));
    if (!request.header("x-forwarded-proto")) add(head, "X-Forwarded-Proto", "http");
    if (!request.host.empty()) {
        if (!request.header("x-forwarded-host")) add(head, "X-Forwarded-Host", request.host);
        if (!request.header("x-forwarded-port")) add(head, "X-Forwarded-Port", port_of(request.host));
    }
    add(head, "Forwarded", appended(request, "forwarded", forwarded_element(request)));
    add(head, "Via", appended(request, "via", "1.1 " + std::string(kPseudonym)));
}

bool is_rewritten(std::string_view name) {
    switch (name.size()) {
        case 3: return iequals(name, "via");
        case 4: return iequals(name, "host");
        case 9: return iequals(name, "forwarded");
        case 14: return iequals(name, "content-length");
        case 15: return iequals(name, "x-forwarded-for");
        default: return false;
    }
}

// What a proxy in front has set stays even where the client's Connection names it.
bool is_kept(std::string_view name) {
    return iequals(name, "x-forwarded-proto") || iequals(name, "x-forwarded-host") ||
           iequals(name, "x-forwarded-port");
}

}  // namespace

HopByHop::HopByHop(std::span<const model::HttpField> fields) {
    for (const model::HttpField& field : fields) {
        if (!iequals(field.name, "connection")) continue;
        std::string_view list = field.value;
        while (const auto option = next_element(list)) named_.push_back(*option);
    }
}

bool HopByHop::names(std::string_view option) const {
    for (const std::string_view one : named_)
        if (iequals(one, option)) return true;
    return false;
}

bool HopByHop::operator()(std::string_view name) const { return is_connections_own(name) || names(name); }

RequestBody body_of(const model::HttpRequest& request) {
    RequestBody body;
    if (request.header("transfer-encoding")) {
        body.framing = Framing::chunked;
    } else if (const auto length = request.header("content-length")) {
        // The head has been checked: a number, or the same number again and again.
        const std::string_view digits = trim(length->substr(0, length->find(',')));
        std::from_chars(digits.data(), digits.data() + digits.size(), body.length);
        body.framing = body.length > 0 ? Framing::length : Framing::none;
    }
    body.expects_continue = body.framing != Framing::none && request.header("expect").has_value();
    return body;
}

std::optional<std::string_view> upgrade_of(const model::HttpRequest& request) {
    const auto protocol = request.header("upgrade");
    if (!protocol || protocol->empty() || body_of(request).framing != Framing::none) return std::nullopt;
    if (!HopByHop(request.headers).names("upgrade")) return std::nullopt;
    return protocol;
}

bool is_loop(const model::HttpRequest& request) {
    int passes = 0;
    for (const model::HttpField& field : request.headers) {
        if (!iequals(field.name, "via")) continue;
        std::string_view list = field.value;
        while (const auto element = next_element(list)) passes += element->ends_with(kPseudonym) ? 1 : 0;
    }
    return passes >= kMaxPasses;
}

std::string upstream_request_head(const model::HttpRequest& request, const model::UpstreamDefinition& upstream) {
    std::string head;
    head.reserve(1024);
    head.append(request.method).append(" ");
    if (request.raw_path != "*") head += upstream.base_path;
    head += request.raw_path;
    if (!request.raw_query.empty()) head.append("?").append(request.raw_query);
    head += " HTTP/1.1\r\n";
    add(head, "Host", upstream.preserve_host && !request.host.empty() ? std::string(request.host) : upstream.authority());

    const HopByHop hop_by_hop(request.headers);
    const RequestBody body = body_of(request);
    for (const model::HttpField& field : request.headers) {
        if (is_rewritten(field.name) || (hop_by_hop(field.name) && !is_kept(field.name))) continue;
        // Without chunks there are no trailers to announce.
        if (body.framing != Framing::chunked && iequals(field.name, "trailer")) continue;
        if (body.framing == Framing::none && iequals(field.name, "expect")) continue;
        add(head, field.name, field.value);
    }
    add_forwarded(head, request);
    if (body.framing == Framing::chunked) {
        add(head, "Transfer-Encoding", "chunked");
    } else if (body.framing == Framing::length || request.header("content-length")) {
        add(head, "Content-Length", std::to_string(body.length));
    }
    const auto upgrade = upgrade_of(request);
    const bool trailers = asks_for_trailers(request);
    if (trailers) add(head, "TE", "trailers");
    if (upgrade) add(head, "Upgrade", *upgrade);
    if (upgrade || trailers)
        add(head, "Connection", upgrade ? (trailers ? "Upgrade, TE" : "Upgrade") : "TE");
    head += "\r\n";
    return head;
}

FieldList fields_for_client(std::span<const model::HttpField> fields) {
    const HopByHop hop_by_hop(fields);
    FieldList out;
    out.reserve(fields.size() + 1);
    for (const model::HttpField& field : fields)
        if (!hop_by_hop(field.name) && !iequals(field.name, "content-length"))
            out.emplace_back(field.name, field.value);
    out.emplace_back("Via", "1.1 " + std::string(kPseudonym));
    return out;
}

}  // namespace faasd::gateway
