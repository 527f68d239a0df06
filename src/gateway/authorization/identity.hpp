// Who sends a request, as an authorizer's identity sources name it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/app.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

using Identity = std::vector<std::string>;  // one value a source, in order

// Nothing where a source is missing or empty: such a request is answered 401, and nobody is asked. What is repeated is
// joined by commas, so that no two requests that a function could tell apart have the same identity.
[[nodiscard]] std::optional<Identity> identify(const std::vector<model::IdentitySource>& sources,
                                               const model::HttpRequest& request, std::string_view route_key);

// Different for different identities. Of fixed size, and no token can be read from it.
[[nodiscard]] std::string cache_key(const Identity& identity);

}  // namespace faasd::gateway
