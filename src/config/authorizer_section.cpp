// Authorizers: a function, what of a request it is asked about, and for how long its answer counts.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "config/authorizer_field.hpp"
#include "config/sections.hpp"

namespace faasd::config {
namespace {

using model::AuthorizerDefinition;
using model::IdentitySource;
using SourceKind = IdentitySource::Kind;

constexpr const char* kSourceHint =
    "write header.NAME, query.NAME, cookie.NAME or context.routeKey (or API Gateway's $request.header.NAME, "
    "$request.querystring.NAME, $context.routeKey)";
constexpr const char* kIdentityPattern =
    R"(^(\$?(method\.)?request\.)?(header|query|querystring|cookie)\.[^\s,]+$|^\$?context\.[A-Za-z.]+$)";

const std::vector<std::string> kContextKeys{"routeKey", "httpMethod", "path", "identity.sourceIp"};

bool is_name(SourceKind kind, std::string_view name) {
    if (name.empty() || name.size() > 128) return false;
    return std::none_of(name.begin(), name.end(), [&](char c) {
        constexpr std::string_view separators = "\"(),/:;<=>?@[\\]{}";  // RFC 9110 section 5.6.2
        const bool visible = c > ' ' && c < '\x7F';
        return !visible || (kind != SourceKind::query && separators.find(c) != std::string_view::npos);
    });
}

void read_source(Reading& reading, const Node& node, std::vector<IdentitySource>& into) {
    const auto text = reading.text("identity_sources", node);
    if (!text) return;
    std::string_view rest = *text;
    if (rest.starts_with('$')) rest.remove_prefix(1);
    for (const std::string_view prefix : {"method.", "request."})
        if (rest.starts_with(prefix)) rest.remove_prefix(prefix.size());
    const std::size_t dot = rest.find('.');
    const std::string_view kind = rest.substr(0, dot);
    IdentitySource source;
    source.name = dot == std::string_view::npos ? "" : std::string(rest.substr(dot + 1));
    if (kind == "header") {
        source.kind = SourceKind::header;
    } else if (kind == "query" || kind == "querystring") {
        source.kind = SourceKind::query;
    } else if (kind == "cookie") {
        source.kind = SourceKind::cookie;
    } else if (kind == "context") {
        source.kind = SourceKind::context;
        if (std::find(kContextKeys.begin(), kContextKeys.end(), source.name) == kContextKeys.end()) {
            reading.error(node, shown(node) + " is no part of the context that identifies a caller",
                          guess_or_list(source.name, kContextKeys));
            return;
        }
    } else {
        reading.error(node, shown(node) + " is not an identity source", kSourceHint);
        return;
    }
    if (!is_name(source.kind, source.name)) {
        reading.error(node, shown(node) + " does not name a part of a request", kSourceHint);
    } else if (std::find(into.begin(), into.end(), source) != into.end()) {
        reading.error(node, shown(node) + " is there twice");
    } else {
        into.push_back(std::move(source));
    }
}

Field<AuthorizerDefinition> identity_sources_field() {
    return {{"identity_sources",
             ValueDescription::list_of(ValueDescription::text("parts of a request", kIdentityPattern)),
             "What says who sends a request: `header.NAME`, `query.NAME`, `cookie.NAME`; `context.routeKey` makes "
             "answers count for one route each. A request without one of them is answered 401 and nobody is asked. An "
             "answer is kept for their values.",
             R"(["header.Authorization"])", false},
            [](Reading& reading, const Node& node, AuthorizerDefinition& into) {
                into.identity_sources.clear();
                for (const Node* one : reading.elements("identity_sources", node))
                    read_source(reading, *one, into.identity_sources);
            }};
}

// API Gateway asks for an identity source where answers are kept: they would count for everybody.
void check_cache(Reading& reading, const Node&, const Node& map, AuthorizerDefinition& authorizer) {
    const Node* sources = map.find("identity_sources");
    if (!sources || !sources->is_list() || !sources->items.empty()) return;
    if (const Node* ttl = map.find("cache_ttl"); ttl && authorizer.cache_ttl > base::Duration::zero())
        reading.error(*ttl, "an answer can't be kept without identity_sources: it would count for everybody",
                      "name what identifies a caller, or write cache_ttl: 0s");
    authorizer.cache_ttl = base::Duration::zero();
}

}  // namespace

void refer_to_authorizer(Reading& reading, const Node& at, std::string name) {
    reading.at_end([&reading, &at, name = std::move(name)](const model::App& app) {
        if (name == "none" || reading.full()) return;
        std::vector<std::string> names{"none"};
        for (const AuthorizerDefinition& one : app.authorizers) {
            if (one.name == name) return;
            if (names.size() < kMaxCandidates) names.push_back(one.name);
        }
        reading.error(at, "there is no authorizer " + in_quotes(at.written),
                      names.size() > 1 ? guess_or_list(name, names)
                                       : "name it under 'authorizers:', or write none for everybody");
    });
}

void settle_authorizers(Reading&, const Node&, const Node&, model::App& app) {
    if (app.authorizer == "none") app.authorizer.clear();
    for (model::RouteDefinition& route : app.routes) {
        if (route.authorizer.empty()) route.authorizer = app.authorizer;
        if (route.authorizer == "none") route.authorizer.clear();
    }
}

const Section<AuthorizerDefinition>& authorizer_section() {
    using A = AuthorizerDefinition;
    static const Section<A> section =
        Section<A>("authorizer", "authorizers.<name>",
                   "A function that is asked whether a request may pass, as API Gateway asks a Lambda authorizer (HTTP "
                   "API, payload format 2.0). It answers `{\"isAuthorized\": true, \"context\": {...}}` or an IAM policy: "
                   "`{\"principalId\": ..., \"policyDocument\": {...}, \"context\": {...}}`. The short form is the name "
                   "of the function alone.",
                   {reference_field<A>("function", &A::function, model::ResourceKind::function, "The function.")
                        .required(),
                    identity_sources_field(),
                    duration_field<A>("cache_ttl", &A::cache_ttl, std::chrono::seconds{0}, std::chrono::seconds{3600},
                                      "How long an answer counts for the same identity; `0s` asks for each request.")})
            .check(check_cache)
            .short_form(ValueDescription::text("the name of a function"),
                        [](Reading& reading, const Node& node, A& into) {
                            if (auto name = reading.text("authorizers", node)) {
                                reading.refer(model::ResourceKind::function, node, *name);
                                into.function = std::move(*name);
                            }
                        })
            .foreign({{"identity_source", "did you mean 'identity_sources'?"},
                      {"identitySource", "did you mean 'identity_sources'?"},
                      {"ttl", "did you mean 'cache_ttl'?"},
                      {"authorizerResultTtlInSeconds", "write cache_ttl: 300s"},
                      {"enableSimpleResponses", "remove it: both shapes of an answer are understood"},
                      {"payloadFormatVersion", "remove it: it is always 2.0"},
                      {"type", "remove it: an authorizer is always a function"}});
    return section;
}

}  // namespace faasd::config
