// Identifiers that nobody can guess and that never repeat.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace faasd::base {

// Fills with bytes from the kernel's generator (getrandom), buffered a thread.
void random_bytes(std::span<unsigned char> out);

[[nodiscard]] std::uint64_t random_u64();

// A random UUID (RFC 4122 section 4.4), 36 characters: request and message ids.
[[nodiscard]] std::string random_uuid();

// `digits` lowercase hexadecimal digits: trace and upload ids.
[[nodiscard]] std::string random_hex(std::size_t digits);

}  // namespace faasd::base
