#include "runtime/suggestion.hpp"

#include "base/text.hpp"

namespace faasd::runtime {

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
    const auto close = base::closest(word, names);
    if (close) return ": did you mean " + *close + "?";
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list.empty() ? "" : "; there are: " + list;
}

}  // namespace faasd::runtime
