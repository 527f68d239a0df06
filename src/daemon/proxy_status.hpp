// What `faasd status` says of upstreams and shadows.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "gateway/function_handler.hpp"

namespace faasd::daemon {

// Adds "upstreams" and "shadows" where the app has some.
void add_proxy_status(const gateway::FunctionHandler& handler, nlohmann::json& status);

}  // namespace faasd::daemon
