// faasd example run: serves an example, feeds it, and tells what flows.
#pragma once

#include <string>

#include "cli/cli.hpp"
#include "cli/example_session.hpp"

namespace faasd::cli {

struct RunOptions {
    std::string name;
    SessionOptions session;
    bool once = false;  // ends when it has been fed and nothing flows any more
};

void run_example(const RunOptions& options, Program& program);

}  // namespace faasd::cli
