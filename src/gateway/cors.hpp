// Cross-origin resource sharing: the Fetch standard, section "HTTP CORS protocol".
#pragma once

#include "model/app.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

// OPTIONS with Origin and Access-Control-Request-Method.
[[nodiscard]] bool is_preflight(const model::HttpRequest& request);

// 204 with what the policy allows; without allow fields where it does not allow the origin.
[[nodiscard]] model::HttpResponse answer_preflight(const model::CorsPolicy& policy, const model::HttpRequest& request);

// Adds the policy's fields to an answer. Those that a function set itself are replaced: with a policy configured, the
// gateway's are the only ones, as on API Gateway. Nothing is added for an origin that is not allowed, except Vary.
void add_cors_fields(const model::CorsPolicy& policy, const model::HttpRequest& request, model::HttpResponse& response);

// An origin's entry in a policy: "*", "https://*" (any host of a scheme), or the origin itself.
[[nodiscard]] bool origin_matches(std::string_view pattern, std::string_view origin);

}  // namespace faasd::gateway
