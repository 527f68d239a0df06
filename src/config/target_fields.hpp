// The fields of a route that lead further than to one function: upstreams, splits, conditions and shadows.
#pragma once

#include "config/sections.hpp"

namespace faasd::config {

// `upstream`, `split`, `sticky`, `when` and `shadow`.
[[nodiscard]] std::vector<Field<model::RouteDefinition>> target_fields();

// Exactly one of `function`, `upstream` and `split`; `sticky` beside a split only.
void check_targets(Reading& reading, const Node& at, const Node& map, model::RouteDefinition& route);

// No upstream has the name of a function.
void check_upstream_names(Reading& reading, const Node& at, const Node& map, model::App& app);

}  // namespace faasd::config
