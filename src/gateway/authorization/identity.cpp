#include "gateway/authorization/identity.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "model/http_event_json.hpp"

namespace faasd::gateway {
namespace {

using Kind = model::IdentitySource::Kind;

void join(std::string& all, std::string_view value) {
    if (value.empty()) return;
    if (!all.empty()) all += ',';
    all += value;
}

std::string header_of(const model::HttpRequest& request, std::string_view name) {
    std::string all;
    for (const model::HttpField& field : request.headers)
        if (base::iequals(field.name, name)) join(all, field.value);
    return all;
}

std::string cookie_of(const model::HttpRequest& request, std::string_view name) {
    std::string all;
    for (const std::string_view value : request.cookie_values(name))
        join(all, value);
    return all;
}

std::string query_of(const model::HttpRequest& request, std::string_view name) {
    std::string all;
    for (std::string_view rest = request.raw_query; !rest.empty();) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        const std::string_view key = pair.substr(0, equals);
        const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
        if (base::percent_decode(key, true).value_or(std::string(key)) == name)
            join(all, base::percent_decode(value, true).value_or(std::string(value)));
    }
    return all;
}

std::string value_of(const model::IdentitySource& source, const model::HttpRequest& request,
                     std::string_view route_key) {
    switch (source.kind) {
        case Kind::header: return header_of(request, source.name);
        case Kind::query: return query_of(request, source.name);
        case Kind::cookie: return cookie_of(request, source.name);
        case Kind::context: break;
    }
    if (source.name == "routeKey") return std::string(route_key);
    if (source.name == "httpMethod") return std::string(request.method);
    if (source.name == "path") return std::string(request.raw_path);
    return std::string(model::source_ip(request));
}

}  // namespace

std::optional<Identity> identify(const std::vector<model::IdentitySource>& sources,
                                 const model::HttpRequest& request, std::string_view route_key) {
    Identity identity;
    for (const model::IdentitySource& source : sources) {
        identity.push_back(value_of(source, request, route_key));
        if (identity.back().empty()) return std::nullopt;
    }
    return identity;
}

std::string cache_key(const Identity& identity) {
    base::Digest digest(base::DigestKind::sha256);
    for (const std::string& value : identity) {
        digest.update(std::to_string(value.size()) + ':');
        digest.update(value);
    }
    return digest.finish();
}

}  // namespace faasd::gateway
