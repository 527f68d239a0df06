// What a failed call says to a person.
#pragma once

#include <string>

#include "model/invocation.hpp"

namespace faasd::sources {

// "type: message", or as much of it as there is.
[[nodiscard]] std::string describe(const model::Outcome& outcome);

// The call did not run, and that is not the event's fault: throttled, no such function, not available,
// shutting down.
[[nodiscard]] bool could_not_start(model::OutcomeStatus status);

}  // namespace faasd::sources
