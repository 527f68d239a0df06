#include "runtime/running.hpp"

namespace faasd::runtime {

constinit thread_local const RunningFunction* running_function = nullptr;
constinit thread_local LastFunction last_function{};

}  // namespace faasd::runtime
