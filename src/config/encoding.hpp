// Whether a text can be YAML at all: size, encoding, characters.
#pragma once

#include <string_view>

#include "config/diagnostics.hpp"

namespace faasd::config {

// Reports the first fault. UTF-8 of at most kMaxFileSize bytes without control characters, as YAML 1.2
// section 5.1 demands; UTF-16 and UTF-32, which YAML allows as well, are refused.
[[nodiscard]] bool has_readable_bytes(std::string_view text, Diagnostics& diagnostics);

}  // namespace faasd::config
