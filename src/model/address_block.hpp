// Blocks of IP addresses, in policies and in event patterns.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace faasd::model {

// An address or a block of them: "192.0.2.0/24", "2001:db8::/32".
struct AddressBlock {
    std::array<std::uint8_t, 16> bytes{};  // IPv4 in its mapped form
    unsigned bits = 128;
    bool version_6 = false;  // as it was written
    // An IPv4 address mapped into IPv6 is IPv4.
    [[nodiscard]] bool contains(const AddressBlock& address) const;
    // Whether the address begins with the block's bits, and that is all.
    [[nodiscard]] bool begins(const AddressBlock& address) const;
};
[[nodiscard]] std::optional<AddressBlock> parse_address_block(std::string_view text);

}  // namespace faasd::model
