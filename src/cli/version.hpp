#pragma once

namespace faasd::cli {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace faasd::cli
