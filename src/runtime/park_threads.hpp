// Stops every other thread of the process, for good: what they would begin now would be cut off by the exec that follows
// a crash. What they have not taken from a listening socket yet is the next process's.
#pragma once

namespace faasd::runtime {

// Once, at the start.
void prepare_parking();

// Async-signal-safe. Returns when all others stand still, or after 50 ms: a thread within a system call that nothing
// interrupts (a sync of the disk) follows when it leaves it.
void park_other_threads() noexcept;

}  // namespace faasd::runtime
