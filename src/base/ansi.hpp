// How text is emphasised on a terminal: what to print before it, and kPlain after it (ECMA-48, SGR).
#pragma once

namespace faasd::base::ansi {

inline constexpr const char* kPlain = "\x1b[0m";
inline constexpr const char* kBold = "\x1b[1m";
inline constexpr const char* kFaint = "\x1b[2m";
inline constexpr const char* kRed = "\x1b[31m";
inline constexpr const char* kGreen = "\x1b[32m";
inline constexpr const char* kYellow = "\x1b[33m";
inline constexpr const char* kCyan = "\x1b[36m";

}  // namespace faasd::base::ansi
