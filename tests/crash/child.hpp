// A small daemon for the crash tests: it listens, invokes one function until that answers, and survives its
// crashes.
#pragma once

namespace faasd::runtime::testing {

// Arguments: program, "__crash-child", folder, function. Writes <folder>/result.json when the function has
// answered.
int crash_child(int argc, char** argv);

}  // namespace faasd::runtime::testing
