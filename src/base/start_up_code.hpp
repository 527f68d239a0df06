// Memory that a start needs and nothing after it.
#pragma once

namespace faasd::base {

// Takes the code that is mapped now (the executable's and its libraries', never written to) out of the resident set.
// What still runs comes back from the page cache, a fault of microseconds for each 64 KiB; parsing of configuration,
// the dynamic linker's and the libraries' own start-up stay out, and the system may use their memory. Thread-safe.
// Does nothing under a debugger, whose breakpoints are written into these pages.
void release_start_up_code();

}  // namespace faasd::base
