// faasd example check: one example in this process, several in processes of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/cli.hpp"
#include "cli/example_session.hpp"

namespace faasd::cli {

struct CheckOptions {
    std::vector<std::string> names;
    bool all = false;
    unsigned kills = 0;
    unsigned jobs = 0;  // 0: one a core
    std::optional<std::uint64_t> seed;
    SessionOptions session;
};

// Prints what was asserted; sets the program's exit code to kFailed where something did not hold.
void check_examples(const CheckOptions& options, Program& program);

}  // namespace faasd::cli
