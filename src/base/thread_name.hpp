// Threads that can be told apart in a debugger, a profile and `top -H`.
#pragma once

namespace faasd::base {

// Names the calling thread `faasd-<name>`; the kernel keeps 15 characters.
void set_thread_name(const char* name);

}  // namespace faasd::base
