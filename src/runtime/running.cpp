#include "runtime/running.hpp"

namespace faasd::runtime {

thread_local const RunningFunction* running_function = nullptr;

}  // namespace faasd::runtime
