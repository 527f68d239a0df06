#include "base/checksum.hpp"

#include <gtest/gtest.h>

namespace faasd::base {
namespace {

// The check values of the catalogue of CRCs, of "123456789".
TEST(Checksum, has_the_published_values) {
    EXPECT_EQ(to_hex(checksum(ChecksumKind::crc32, "123456789")), "cbf43926");
    EXPECT_EQ(to_hex(checksum(ChecksumKind::crc32c, "123456789")), "e3069283");
    EXPECT_EQ(to_hex(checksum(ChecksumKind::crc64nvme, "123456789")), "ae8b14860a799888");
    EXPECT_EQ(to_hex(checksum(ChecksumKind::sha1, "")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    EXPECT_EQ(checksum(ChecksumKind::sha256, "abc"), digest(DigestKind::sha256, "abc"));
}

TEST(Checksum, is_the_same_in_whatever_pieces_the_bytes_come) {
    std::string bytes(1000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(i * 31 % 253);
    for (const ChecksumKind kind : kChecksumKinds) {
        ChecksumStream stream(kind);
        for (std::size_t at = 0, step = 1; at < bytes.size(); at += step++)
            stream.update(std::string_view(bytes).substr(at, step));
        EXPECT_EQ(stream.finish(), checksum(kind, bytes)) << to_string(kind);
    }
}

// One byte at a time there is nothing to be clever about.
TEST(Checksum, of_many_bytes_at_once_is_that_of_one_after_another) {
    std::string bytes(600, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(i * i * 7 + i / 3);
    for (const ChecksumKind kind : kChecksumKinds) {
        if (!is_crc(kind)) continue;
        for (std::size_t begin = 0; begin < 300; begin += 37)
            for (std::size_t size = 0; size < 300; ++size) {
                const auto piece = std::string_view(bytes).substr(begin, size);
                ChecksumStream stream(kind);
                for (const char& byte : piece)
                    stream.update({&byte, 1});
                ASSERT_EQ(to_hex(stream.finish()), to_hex(checksum(kind, piece))) << to_string(kind) << ' ' << begin << ' ' << size;
            }
    }
}

TEST(Checksum, of_two_pieces_is_combined_from_theirs) {
    const std::string first(777, 'x'), second(12'345, 'y');
    for (const ChecksumKind kind : kChecksumKinds) {
        if (!is_crc(kind)) continue;
        EXPECT_EQ(combine_crc(kind, checksum(kind, first), checksum(kind, second), second.size()),
                  checksum(kind, first + second))
            << to_string(kind);
        EXPECT_EQ(combine_crc(kind, checksum(kind, first), checksum(kind, ""), 0), checksum(kind, first));
    }
}

TEST(Checksum, kinds_are_named_in_any_case) {
    EXPECT_EQ(parse_checksum_kind("crc64nvme"), ChecksumKind::crc64nvme);
    EXPECT_EQ(parse_checksum_kind("MD5"), std::nullopt);
}

}  // namespace
}  // namespace faasd::base
