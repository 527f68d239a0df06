// The journal of a daemon that prints to standard error, in the form that logging was set up with.
#pragma once

#include <memory>

#include "runtime/journal.hpp"

namespace faasd::daemon {

[[nodiscard]] std::shared_ptr<runtime::Journal> make_call_log();

}  // namespace faasd::daemon
