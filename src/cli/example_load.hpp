// faasd example load: the load of one or several examples, and their figures side by side.
#pragma once

#include <string>
#include <vector>

#include "cli/cli.hpp"
#include "cli/example_session.hpp"

namespace faasd::cli {

struct LoadCommand {
    std::vector<std::string> names;
    SessionOptions session;
};

// An example's `load` writes its figures with `figure LABEL VALUE`; a line "# beside: NAME" in it names an example to run
// before it, for comparison.
void load_examples(const LoadCommand& command, Program& program);

}  // namespace faasd::cli
