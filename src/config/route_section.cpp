// Routes and CORS: "METHOD /path" -> function.
#include <algorithm>
#include <map>
#include <set>

#include "base/json.hpp"
#include "config/authorizer_field.hpp"
#include "config/sections.hpp"
#include "config/target_fields.hpp"

namespace faasd::config {
namespace {

using model::CorsPolicy;
using model::RouteDefinition;

const std::vector<std::string> kMethods{"GET",    "HEAD",    "POST", "PUT", "PATCH",
                                        "DELETE", "OPTIONS", "ANY",  "*"};
constexpr const char* kRoutePattern = R"(^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY|\*) +/[^ ?#%]*$)";

// The fault of a path, or nothing. `shape` becomes the path with its placeholders unnamed: two routes of one
// shape would match the same requests.
std::string fault_of(std::string_view path, std::string& shape) {
    if (!path.starts_with('/')) return "a path starts with '/'";
    for (const char c : path) {
        if (c == '?' || c == '#') return "a path has no '?' or '#': query parameters need no route";
        if (c == '%') return "a path is written decoded: write the character itself, not its %-code";
        if (c == ' ' || c == '\t') return "a path has no spaces";
    }
    std::set<std::string_view> names;
    path.remove_prefix(1);
    bool last = false;
    while (!last) {
        const std::size_t slash = path.find('/');
        last = slash == std::string_view::npos;
        std::string_view segment = path.substr(0, slash);
        if (!last) path.remove_prefix(slash + 1);
        shape += '/';
        if (segment.empty() && !last) return "a path has no empty segment ('//')";
        if (segment == "." || segment == "..") return "a path has no '.' or '..' segments";
        if (segment == "*") return "a path has no '*'";
        if (segment.size() > 1 && segment.starts_with(':')) return "a path has no ':name'";
        if (segment.find_first_of("{}") == std::string_view::npos) {
            shape += segment;
            continue;
        }
        if (!segment.starts_with('{') || !segment.ends_with('}') || segment.size() < 2)
            return "a placeholder is a whole segment: /{name}/";
        segment = segment.substr(1, segment.size() - 2);
        const bool rest = segment.ends_with('+');
        if (rest) segment.remove_suffix(1);
        if (!kPlaceholder.valid(segment))
            return "the name of a placeholder is " + std::string(kPlaceholder.allowed);
        if (rest && !last)
            return "{" + std::string(segment) + "+} takes the rest of the path, so it stands last";
        if (!names.insert(segment).second) return "{" + std::string(segment) + "} is there twice";
        shape += rest ? "{+}" : "{}";
    }
    return {};
}

// What people write who know other routers.
std::string route_hint(std::string_view path) {
    if (path.find("/:") != std::string_view::npos) return "a placeholder is written {name}, not :name";
    if (path.ends_with("/*")) return "the rest of a path is written {rest+}, not *";
    return "for example GET /products/{id} or ANY /{rest+}";
}

// From the shape of a route to its key.
using Seen = std::map<std::string, const Node*>;

void read_route(Reading& reading, const Entry& entry, model::App& into, Seen& seen) {
    const std::string& text = entry.key.text;
    const std::size_t space = text.find(' ');
    RouteDefinition route;
    route.at = reading.position(entry.key);
    if (space == std::string::npos) {
        const std::string path = text.starts_with('/') ? text : "/products/{id}";
        reading.error(entry.key, in_quotes(entry.key.written) + " is no route",
                      "write 'METHOD /path': 'GET " + path + ": function'");
        return;
    }
    route.method = text.substr(0, space);
    route.path = text.substr(std::min(text.find_first_not_of(' ', space), text.size()));
    if (std::find(kMethods.begin(), kMethods.end(), route.method) == kMethods.end())
        reading.error(entry.key, in_quotes(route.method) + " is not a method of a route",
                      guess_or_list(route.method, kMethods));
    if (route.method == "*") route.method = "ANY";
    std::string shape = route.method + ' ';
    if (const std::string fault = fault_of(route.path, shape); !fault.empty()) {
        reading.error(entry.key, in_quotes(entry.key.written) + ": " + fault, route_hint(route.path));
    } else if (const auto [same, fresh] = seen.try_emplace(std::move(shape), &entry.key); !fresh) {
        const model::SourcePosition first = reading.position(*same->second);
        reading.error(entry.key,
                      "the route " + in_quotes(entry.key.written) + " matches the same requests as " +
                          in_quotes(same->second->written),
                      "the other one is on line " + std::to_string(first.line) + ", column " +
                          std::to_string(first.column) + "; keep one of them");
    }
    Reading::Scope scope(reading, "route " + in_quotes(entry.key.written));
    route_section().read(reading, entry.key, entry.value, route);
    into.routes.push_back(std::move(route));
}

CorsPolicy permissive() {
    CorsPolicy policy;
    policy.allow_origins = {"*"};
    policy.allow_methods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    policy.allow_headers = {"*"};
    return policy;
}

// As a list field, with the permissive policy's value as its default.
Field<CorsPolicy> cors_list(std::string key, std::vector<std::string> CorsPolicy::*member, std::string words,
                            std::string doc) {
    auto field = list_field<CorsPolicy>(std::move(key), member, std::move(words), {}, std::move(doc));
    const std::vector<std::string> preset = permissive().*member;
    if (!preset.empty()) field.description.default_json = base::to_text(nlohmann::json(preset));
    return field;
}

// Fetch standard, "CORS protocol and credentials": a browser refuses '*' together with credentials.
void check_cors(Reading& reading, const Node&, const Node& map, CorsPolicy& policy) {
    const Node* origins = map.find("allow_origins");
    if (origins && (origins->is_scalar() || origins->is_list())) {
        for (const Node* one : reading.elements("allow_origins", *origins)) {
            if (!one->is_scalar() || one->text == "*" || one->text == "null") continue;
            const std::size_t scheme = one->text.find("://");
            if (scheme == std::string::npos || scheme == 0 || scheme + 3 >= one->text.size() ||
                one->text.find('/', scheme + 3) != std::string::npos)
                reading.error(*one, shown(*one) + " is not an origin",
                              "write '*' or scheme://host[:port]: https://shop.example");
        }
    }
    const bool any = std::find(policy.allow_origins.begin(), policy.allow_origins.end(), "*") !=
                     policy.allow_origins.end();
    if (policy.allow_credentials && any)
        reading.error(origins ? *origins : *map.find("allow_credentials"),
                      "allow_credentials does not go with the origin '*': browsers refuse it",
                      "list the origins in allow_origins");
}

}  // namespace

const Section<RouteDefinition>& route_section() {
    using R = RouteDefinition;
    std::vector<Field<R>> fields = target_fields();
    fields.insert(fields.begin(), reference_field<R>("function", &R::function, model::ResourceKind::function,
                                                     "The function that answers."));
    fields.push_back(authorizer_field<R>(&R::authorizer,
                                         "Who may pass: an authorizer of this file, or `none` for everybody. Default: "
                                         "the app's `authorizer`."));
    static const Section<R> section =
        Section<R>("route", "routes.<name>",
                   "What answers the requests of a route. The short form is the name of a function alone.",
                   std::move(fields))
            .check(check_targets)
            .foreign({{"target", "write 'function: name' or 'upstream: name'"},
                      {"proxy", "write 'upstream: name', and the upstream's url under 'upstreams:'"},
                      {"weights", "did you mean 'split'?"},
                      {"canary", "did you mean 'split'?"},
                      {"mirror", "did you mean 'shadow'?"}})
            .short_form(ValueDescription::text("the name of a function"),
                        [](Reading& reading, const Node& node, R& into) {
                            if (!node.is_scalar()) {
                                reading.error(node, reading.where() + " needs the name of a function",
                                              "write one name, or { function: name, authorizer: name }");
                                return;
                            }
                            into.function = node.text;
                            reading.refer(model::ResourceKind::function, node, into.function);
                        });
    return section;
}

Field<model::App> routes_field() {
    return {{"routes",
             ValueDescription::map_of(route_section().value(), "a mapping from 'METHOD /path' to a function",
                                      kRoutePattern),
             "Which function answers which request. `{id}` takes one segment of the path, `{rest+}` at its "
             "end all the "
             "rest. Methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, and ANY or `*` for all of them. "
             "What is more "
             "specific wins.",
             {},
             false},
            [](Reading& reading, const Node& node, model::App& into) {
                Seen seen;
                if (node.is_map()) {
                    for (const Entry& entry : node.entries)
                        read_route(reading, entry, into, seen);
                } else if (!node.is_null()) {
                    reading.wrong_form(
                        "routes", node,
                        "a mapping: 'routes: { GET /products/{id}: function }', one line a route");
                }
            }};
}

const Section<CorsPolicy>& cors_section() {
    using C = CorsPolicy;
    static const Section<C> section =
        Section<C>(
            "cors", "cors", "Answers browsers of other origins. `cors: true` takes every default.",
            {cors_list("allow_origins", &C::allow_origins, "origins", "Origins that may call; `*` is any."),
             cors_list("allow_methods", &C::allow_methods, "methods", "Methods that they may use."),
             cors_list("allow_headers", &C::allow_headers, "header names",
                       "Request headers that they may send."),
             cors_list("expose_headers", &C::expose_headers, "header names",
                       "Response headers that they may read."),
             boolean_field<C>("allow_credentials", &C::allow_credentials,
                              "With cookies and authorization. Needs named origins."),
             duration_field<C>("max_age", &C::max_age, std::chrono::seconds{0}, std::chrono::hours{24},
                               "How long a browser may remember the answer to its preflight request.")})
            .check(check_cors);
    return section;
}

Field<model::App> cors_field() {
    ValueDescription flag;
    flag.kind = ValueDescription::Kind::boolean;
    return {{"cors", ValueDescription::either({flag, ValueDescription::of(cors_section().description())}),
             "Whether and how other origins may call the app from a browser.", "false", false},
            [](Reading& reading, const Node& node, model::App& into) {
                if (node.is_map()) {
                    Reading::Scope scope(reading, "cors");
                    into.cors = permissive();
                    cors_section().read(reading, node, node, *into.cors);
                } else if (!node.is_scalar()) {
                    reading.wrong_form("cors", node, "true, or a mapping with allow_origins");
                } else if (reading.boolean("cors", node).value_or(false)) {
                    into.cors = permissive();
                }
            }};
}

}  // namespace faasd::config
