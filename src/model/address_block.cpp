#include "model/address_block.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace faasd::model {
namespace {

bool is_version_4(const AddressBlock& block) {
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    return block.bits >= 96 && std::equal(mapped.begin(), mapped.end(), block.bytes.begin());
}

}  // namespace

bool AddressBlock::contains(const AddressBlock& address) const {
    return is_version_4(*this) == is_version_4(address) && begins(address);
}

bool AddressBlock::begins(const AddressBlock& address) const {
    const unsigned whole = bits / 8, rest = bits % 8;
    if (address.bits < bits || std::memcmp(bytes.data(), address.bytes.data(), whole) != 0) return false;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xFF00U >> rest);
    return (bytes[whole] & mask) == (address.bytes[whole] & mask);
}

std::optional<AddressBlock> parse_address_block(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string address(text.substr(0, slash));
    if (address.find('\0') != std::string::npos) return std::nullopt;
    AddressBlock block;
    unsigned most = 128, offset = 0;
    if (std::array<std::uint8_t, 4> four{}; ::inet_pton(AF_INET, address.c_str(), four.data()) == 1) {
        block.bytes[10] = block.bytes[11] = 0xFF;
        std::copy(four.begin(), four.end(), block.bytes.begin() + 12);
        most = 32;
        offset = 96;
    } else if (::inet_pton(AF_INET6, address.c_str(), block.bytes.data()) != 1) {
        return std::nullopt;
    } else {
        block.version_6 = true;
    }
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        unsigned bits = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || bits > most)
            return std::nullopt;
        block.bits = offset + bits;
    }
    return block;
}

}  // namespace faasd::model
