// What an invocation's outcome is in HTTP.
#pragma once

#include "model/http.hpp"
#include "model/invocation.hpp"

namespace faasd::gateway {

// The rules are in function_handler.hpp.
[[nodiscard]] model::HttpResponse response_of(model::Outcome outcome);

}  // namespace faasd::gateway
