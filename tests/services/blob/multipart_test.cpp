#include "services/blob/multipart.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;

StoredPart stored(std::uint32_t number, std::uint64_t size) {
    return {{number, base::md5_hex(std::to_string(number)), size, {}}, 100 + number};
}
model::PartInfo named(std::uint32_t number) {
    return {number, base::md5_hex(std::to_string(number)), 0, {}};
}

const std::vector<StoredPart> kStored{stored(1, 10), stored(3, 10), stored(7, 4)};

std::error_code assembling(const std::vector<model::PartInfo>& parts) {
    const auto result = assemble(parts, kStored, 10);
    return result ? std::error_code{} : result.error().code;
}

TEST(Multipart, the_etag_is_the_md5_of_the_parts_md5s_and_their_number) {
    const std::string digests =
        base::digest(base::DigestKind::md5, "hello ") + base::digest(base::DigestKind::md5, "world");
    EXPECT_EQ(multipart_etag({base::md5_hex("hello "), base::md5_hex("world")}),
              base::md5_hex(digests) + "-2");
}

TEST(Multipart, the_named_parts_become_the_object_in_order) {
    const auto object = assemble({named(1), named(3), named(7)}, kStored, 10);
    ASSERT_TRUE(object);
    EXPECT_EQ(object->size, 24U);
    ASSERT_EQ(object->segments.size(), 3U);
    EXPECT_EQ(object->segments[0].file, 101);
    EXPECT_EQ(object->segments[2].file, 107);
    EXPECT_TRUE(object->etag.ends_with("-3"));
}

TEST(Multipart, parts_may_be_left_out_and_etags_quoted) {
    auto part = named(3);
    part.etag = '"' + part.etag + '"';
    const auto object = assemble({part}, kStored, 10);
    ASSERT_TRUE(object);
    EXPECT_EQ(object->size, 10U);
}

TEST(Multipart, the_numbers_must_ascend) {
    EXPECT_EQ(assembling({named(3), named(1)}), BlobErrc::invalid_part_order);
    EXPECT_EQ(assembling({named(1), named(1)}), BlobErrc::invalid_part_order);
}

TEST(Multipart, a_part_must_be_there_with_its_etag) {
    EXPECT_EQ(assembling({named(1), named(2)}), BlobErrc::invalid_part);
    EXPECT_EQ(assembling({{1, "0123", 0, {}}}), BlobErrc::invalid_part);
}

TEST(Multipart, every_part_but_the_last_has_a_least_size) {
    EXPECT_EQ(assembling({named(7)}), std::error_code{});
    EXPECT_EQ(assemble({named(1), named(3)}, kStored, 11).error().code, BlobErrc::entity_too_small);
}

TEST(Multipart, an_object_needs_at_least_one_part) {
    EXPECT_EQ(assembling({}), BlobErrc::invalid_argument);
}

TEST(Multipart, an_object_has_at_most_5_tib) {
    const auto result = assemble({named(1), named(3)}, {stored(1, kMaxObjectBytes), stored(3, 1)}, 10);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, BlobErrc::entity_too_large);
}

}  // namespace
}  // namespace faasd::blob
