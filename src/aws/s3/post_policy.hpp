// The policy of a POST upload: what its form may hold ("POST policy", S3 API Reference).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "aws/s3/errors.hpp"
#include "base/clock.hpp"

namespace faasd::aws::s3 {

struct SizeLimits {
    std::uint64_t least = 0, most = std::uint64_t{5} << 30;
};
// `policy`: the form's field, base64. Throws Refused: it has expired, or a field is not as it says. `fields`
// by lower-case name, with bucket and key.
[[nodiscard]] SizeLimits check_policy(const std::string& policy,
                                      const std::map<std::string, std::string>& fields, base::TimePoint now);

}  // namespace faasd::aws::s3
