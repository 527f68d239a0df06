// ${VAR}, ${VAR:-default} and $${ in the scalars of a file.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/config.hpp"

namespace faasd::config {

[[nodiscard]] inline bool has_variables(std::string_view text) {
    return text.find("${") != std::string_view::npos;
}

// The default stands in where the variable is unset or empty, as in a shell, and may itself hold variables
// (up to 8 deep). "$${" gives "${"; any other '$' is itself. The error names the variable or the fault, never
// a value.
[[nodiscard]] base::Result<std::string> interpolate(std::string_view text, const Environment& env);

}  // namespace faasd::config
