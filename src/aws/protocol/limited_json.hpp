// JSON texts that clients send inside of a parameter: policies and the like.
#pragma once

#include <cstddef>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace faasd::aws {

// The longest policy that S3 takes (Amazon S3 User Guide, "Bucket policies").
inline constexpr std::size_t kPolicyBytes = 20 * 1024;
inline constexpr std::size_t kPolicyDepth = 32;

// Discarded where the text is no JSON, is longer, or has arrays and objects nested deeper.
[[nodiscard]] nlohmann::json parse_limited(std::string_view text, std::size_t max_bytes = kPolicyBytes,
                                           std::size_t max_depth = kPolicyDepth);

}  // namespace faasd::aws
