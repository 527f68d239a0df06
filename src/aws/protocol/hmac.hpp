// What Signature Version 4 is made of.
#pragma once

#include <string>
#include <string_view>

namespace faasd::aws {

// 32 raw bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);

// "Derive a signing key", IAM User Guide: the key of a secret for a day, a region and a service.
[[nodiscard]] std::string signing_key(std::string_view secret, std::string_view date, std::string_view region,
                                      std::string_view service);

// In a time that does not tell where they differ.
[[nodiscard]] bool are_same(std::string_view one, std::string_view other);

}  // namespace faasd::aws
