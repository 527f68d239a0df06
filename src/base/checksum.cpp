#include "base/checksum.hpp"

#include <bit>
#include <cstring>

#include "base/crc_fold.hpp"
#include "base/text.hpp"

namespace faasd::base {
namespace {

// A reflected CRC, initially all ones and inverted at the end, as all three are. Sixteen bytes a step: each
// table holds what a byte contributes at its distance from the end ("slicing").
template <class Word, Word polynomial>
struct Crc {
    using Tables = std::array<std::array<Word, 256>, 16>;

    static constexpr Tables make_tables() {
        Tables tables{};
        for (unsigned byte = 0; byte < 256; ++byte) {
            Word crc = byte;
            for (int bit = 0; bit < 8; ++bit)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ polynomial : crc >> 1;
            tables[0][byte] = crc;
        }
        for (std::size_t distance = 1; distance < tables.size(); ++distance)
            for (unsigned byte = 0; byte < 256; ++byte) {
                const Word before = tables[distance - 1][byte];
                tables[distance][byte] = (before >> 8) ^ tables[0][before & 0xff];
            }
        return tables;
    }
    static constexpr Tables kTables = make_tables();

    static Word update(Word crc, std::string_view bytes) {
        if (bytes.size() >= kFewestFolded && can_fold_crc()) {
            const auto folded = fold_crc(crc, bytes, kFold);
            crc = update_by_tables(0, std::string_view(folded.data(), folded.size()));
        }
        return update_by_tables(crc, bytes);
    }

    static Word update_by_tables(Word crc, std::string_view bytes) {
        static_assert(std::endian::native == std::endian::little);
        while (bytes.size() >= 16) {
            std::uint64_t low = 0, high = 0;
            std::memcpy(&low, bytes.data(), 8);
            std::memcpy(&high, bytes.data() + 8, 8);
            low ^= crc;
            Word next = 0;
            for (unsigned i = 0; i < 8; ++i) {
                next ^= kTables[15 - i][low >> (8 * i) & 0xff];
                next ^= kTables[7 - i][high >> (8 * i) & 0xff];
            }
            crc = next;
            bytes.remove_prefix(16);
        }
        for (const char c : bytes)
            crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff];
        return crc;
    }

    static constexpr Word kOne = Word{1} << (sizeof(Word) * 8 - 1);  // x^0 in reflected order

    // The product of two polynomials modulo the CRC's own.
    static constexpr Word multiply(Word a, Word b) {
        Word product = 0;
        for (Word bit = kOne; bit != 0 && a != 0; bit >>= 1) {
            if ((a & bit) != 0) {
                product ^= b;
                a ^= bit;
            }
            b = (b & 1) != 0 ? (b >> 1) ^ polynomial : b >> 1;
        }
        return product;
    }

    // x^exponent, in 64 bits whatever the CRC's are.
    static constexpr std::uint64_t power(unsigned exponent) {
        Word product = kOne;
        for (Word factor = kOne >> 1; exponent != 0; exponent >>= 1, factor = multiply(factor, factor))
            if ((exponent & 1) != 0) product = multiply(product, factor);
        return static_cast<std::uint64_t>(product) << (64 - sizeof(Word) * 8);
    }
    static constexpr FoldTable make_fold() {
        return {{power(512 + 63), power(512 - 1)}, {power(128 + 63), power(128 - 1)}};
    }
    static constexpr FoldTable kFold = make_fold();

    // What so many bytes that follow make of a CRC: a multiplication by x^(8 n).
    static Word combine(Word first, Word second, std::uint64_t second_size) {
        Word factor = kOne, power = kOne >> 8;  // x^8
        for (; second_size != 0; second_size >>= 1) {
            if ((second_size & 1) != 0) factor = multiply(factor, power);
            power = multiply(power, power);
        }
        return multiply(factor, first) ^ second;
    }
};

using Crc32 = Crc<std::uint32_t, 0xEDB88320u>;
using Crc32c = Crc<std::uint32_t, 0x82F63B78u>;
using Crc64Nvme = Crc<std::uint64_t, 0x9A6C9329AC4BC9B5u>;

std::string to_bytes(std::uint64_t value, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[size - 1 - i] = static_cast<char>(value >> (8 * i) & 0xff);
    return bytes;
}

std::uint64_t from_bytes(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes)
        value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::variant<std::uint64_t, Digest> initial(ChecksumKind kind) {
    if (kind == ChecksumKind::sha1) return Digest(DigestKind::sha1);
    if (kind == ChecksumKind::sha256) return Digest(DigestKind::sha256);
    return ~std::uint64_t{0};
}

}  // namespace

std::string_view to_string(ChecksumKind kind) {
    switch (kind) {
        case ChecksumKind::crc32:
            return "CRC32";
        case ChecksumKind::crc32c:
            return "CRC32C";
        case ChecksumKind::crc64nvme:
            return "CRC64NVME";
        case ChecksumKind::sha1:
            return "SHA1";
        case ChecksumKind::sha256:
            return "SHA256";
    }
    return {};
}

std::optional<ChecksumKind> parse_checksum_kind(std::string_view name) {
    for (const ChecksumKind kind : kChecksumKinds)
        if (iequals(to_string(kind), name)) return kind;
    return std::nullopt;
}

std::size_t size_of(ChecksumKind kind) {
    switch (kind) {
        case ChecksumKind::crc32:
        case ChecksumKind::crc32c:
            return 4;
        case ChecksumKind::crc64nvme:
            return 8;
        case ChecksumKind::sha1:
            return 20;
        case ChecksumKind::sha256:
            return 32;
    }
    return 0;
}

bool is_crc(ChecksumKind kind) {
    return kind != ChecksumKind::sha1 && kind != ChecksumKind::sha256;
}

ChecksumStream::ChecksumStream(ChecksumKind kind) : kind_(kind), state_(initial(kind)) {}

void ChecksumStream::update(std::string_view bytes) {
    if (auto* const digest = std::get_if<Digest>(&state_)) return digest->update(bytes);
    auto& crc = std::get<std::uint64_t>(state_);
    switch (kind_) {
        case ChecksumKind::crc32:
            crc = Crc32::update(static_cast<std::uint32_t>(crc), bytes);
            break;
        case ChecksumKind::crc32c:
            crc = Crc32c::update(static_cast<std::uint32_t>(crc), bytes);
            break;
        default:
            crc = Crc64Nvme::update(crc, bytes);
    }
}

std::string ChecksumStream::finish() {
    if (auto* const digest = std::get_if<Digest>(&state_)) return digest->finish();
    return to_bytes(~std::get<std::uint64_t>(state_), size_of(kind_));
}

std::string checksum(ChecksumKind kind, std::string_view bytes) {
    ChecksumStream stream(kind);
    stream.update(bytes);
    return stream.finish();
}

std::string combine_crc(ChecksumKind kind, std::string_view first, std::string_view second,
                        std::uint64_t second_size) {
    const std::uint64_t a = from_bytes(first), b = from_bytes(second);
    const auto low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
    switch (kind) {
        case ChecksumKind::crc32:
            return to_bytes(Crc32::combine(low(a), low(b), second_size), 4);
        case ChecksumKind::crc32c:
            return to_bytes(Crc32c::combine(low(a), low(b), second_size), 4);
        default:
            return to_bytes(Crc64Nvme::combine(a, b, second_size), 8);
    }
}

}  // namespace faasd::base
