// Which function a method and path lead to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "gateway/path_trie.hpp"
#include "model/app.hpp"

namespace faasd::gateway {

struct Route {
    std::string method;  // "ANY": all
    std::string path;
    std::string key;     // "GET /products/{id}"
    std::string function;
    std::vector<std::string> parameters;  // names of its placeholders, in order
    std::string authorizer;               // who is asked about its requests; empty: nobody
};

// An immutable table; thread-safe. A look-up costs the length of the path, however many routes there are.
//
// The rules are those of API Gateway HTTP APIs ("Routing API requests", developer guide): the most specific path that
// has a route for the method wins. Segment by segment from the left, a literal is more specific than {id}, and {id} than
// {rest+}; on one path, a route for the method is more specific than ANY. So POST /a leads to ANY /{rest+} where the
// only other route is GET /a. Beyond that:
// - {id} takes one segment that is not empty, {rest+} one or more, so "/{rest+}" does not take "/" itself;
// - a trailing slash is a segment, an empty one: "/a/" is not "/a" (but {rest+} may take it);
// - HEAD leads to a GET route where there is none for HEAD;
// - segments are split before they are decoded, once: %2F is never a separator. "." and ".." are ordinary segments
//   and never climb; what a function does with them is its own concern.
class Router {
  public:
    Router() = default;
    // Of routes with the same method and path the first counts: the configuration refuses such anyway.
    explicit Router(const std::vector<model::RouteDefinition>& routes);

    struct Match {
        enum class Kind { found, not_found, method_not_allowed, bad_path };
        Kind kind = Kind::not_found;
        const Route* route = nullptr;
        // Values of route->parameters as they stand in the path, still encoded.
        boost::container::small_vector<std::string_view, 4> values;
        // What the path would allow: "GET, HEAD, OPTIONS, POST".
        std::string allow;
    };
    // `bad_path`: an escape that is none.
    [[nodiscard]] Match match(std::string_view method, std::string_view raw_path) const;
    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  private:
    [[nodiscard]] std::string allowed(const PathTrie::Visit& visit) const;

    std::vector<Route> routes_;
    PathTrie trie_;
};

}  // namespace faasd::gateway
