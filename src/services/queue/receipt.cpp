#include "services/queue/receipt.hpp"

#include <bit>

#include "base/digest.hpp"

namespace faasd::queue {
namespace {

std::uint64_t load(std::string_view bytes) {  // little endian, at most 8
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return value;
}

void store(std::string& to, std::uint64_t value) {
    for (int i = 0; i < 8; ++i)
        to.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

struct SipState {
    std::uint64_t v0, v1, v2, v3;
    void round() {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }
};

constexpr std::size_t fields_size = 4 * 8;
constexpr std::size_t handle_size = fields_size + 8;

}  // namespace

std::uint64_t siphash(const std::array<std::uint64_t, 2>& key, std::string_view bytes) {
    SipState s{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
               key[1] ^ 0x7465646279746573};
    const auto absorb = [&s](std::uint64_t word) {
        s.v3 ^= word;
        s.round();
        s.round();
        s.v0 ^= word;
    };
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8)
        absorb(load(bytes.substr(at, 8)));
    absorb(load(bytes.substr(at)) | static_cast<std::uint64_t>(bytes.size()) << 56);
    s.v2 ^= 0xff;
    for (int i = 0; i < 4; ++i)
        s.round();
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

ReceiptKey::ReceiptKey(std::string_view bytes) : key_{load(bytes.substr(0, 8)), load(bytes.substr(8, 8))} {}

std::string ReceiptKey::issue(const Receipt& receipt) const {
    std::string bytes;
    bytes.reserve(handle_size);
    store(bytes, static_cast<std::uint64_t>(receipt.queue));
    store(bytes, static_cast<std::uint64_t>(receipt.message));
    store(bytes, static_cast<std::uint64_t>(receipt.receive));
    store(bytes, static_cast<std::uint64_t>(base::to_micros(receipt.received_at)));
    store(bytes, siphash(key_, bytes));
    return base::base64_encode(bytes);
}

std::optional<Receipt> ReceiptKey::read(std::string_view handle) const {
    const auto bytes = base::base64_decode(handle);
    if (!bytes || bytes->size() != handle_size) return std::nullopt;
    const std::string_view fields = std::string_view(*bytes).substr(0, fields_size);
    const auto field = [&](std::size_t i) {
        return static_cast<std::int64_t>(load(fields.substr(8 * i, 8)));
    };
    if (load(std::string_view(*bytes).substr(fields_size)) != siphash(key_, fields)) return std::nullopt;
    return Receipt{field(0), field(1), field(2), base::from_micros(field(3))};
}

}  // namespace faasd::queue
