#pragma once

namespace faasd::base {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace faasd::base
