// The end of a message about a name that is not there: what was meant, or what there is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faasd::runtime {

// ": did you mean X?", "; there are: A, B", or nothing where there are none.
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& names);

}  // namespace faasd::runtime
