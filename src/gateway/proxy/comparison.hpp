// How the answers of a target and of its shadow differ.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faasd::gateway {

struct ShadowAnswer {
    unsigned status = 0;
    std::string body;
    bool whole = true;  // the body was short enough to be kept
};

// Each difference as a sentence, `kept` of them at most and then how many more: none where the answers are the same.
// JSON bodies are compared as values: the order of members and white space do not count, and members that one of `ignore`
// (JSON pointers) names do not either. Others are compared byte for byte.
[[nodiscard]] std::vector<std::string> differences(const ShadowAnswer& real, const ShadowAnswer& shadow,
                                                   const std::vector<std::string>& ignore, std::size_t kept = 5);

}  // namespace faasd::gateway
