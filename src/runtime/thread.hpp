// Threads for code that is not ours: a small stack that grows into memory only where it is touched, a guard
// below it, and room for a signal handler that still works after the stack has overflowed.
#pragma once

#include <cstddef>

#include "base/unique_function.hpp"

namespace faasd::runtime {

inline constexpr std::size_t kDefaultStackSize = 1024 * 1024;

// Starts a detached thread named faasd-<name> (a literal). False where the system refuses another thread.
[[nodiscard]] bool start_thread(const char* name, std::size_t stack_size, base::UniqueFunction<void()> body);

}  // namespace faasd::runtime
