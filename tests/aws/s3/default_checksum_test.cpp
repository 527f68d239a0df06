#include "aws/s3/door_fixture.hpp"
#include "base/checksum.hpp"

namespace faasd::aws::s3::test {
namespace {

const std::string& sum_of_hello() {
    static const std::string sum = base::base64_encode(base::checksum(base::ChecksumKind::crc64nvme, "hello"));
    return sum;
}

bool has_the_default(const RecordedAnswer& answer) {
    return answer.header("x-amz-checksum-crc64nvme") == sum_of_hello() &&
           answer.header("x-amz-checksum-type") == "FULL_OBJECT";
}

TEST_F(S3DoorTest, an_object_without_a_checksum_of_its_clients_gets_one) {
    const Fields enabled{{"x-amz-checksum-mode", "ENABLED"}};
    EXPECT_TRUE(has_the_default(ask("PUT", "/photos/a", "hello")));
    EXPECT_TRUE(has_the_default(ask("GET", "/photos/a", {}, enabled)));
    EXPECT_TRUE(has_the_default(ask("HEAD", "/photos/a", {}, enabled)));
    EXPECT_EQ(ask("GET", "/photos/a").header("x-amz-checksum-crc64nvme"), "");
    EXPECT_NE(ask("GET", "/photos/a?attributes", {}, {{"x-amz-object-attributes", "Checksum"}})
                  .body()
                  .find("<Checksum><ChecksumCRC64NVME>" + sum_of_hello() +
                        "</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType>"),
              std::string::npos);
    EXPECT_TRUE(has_the_default(post("acl", "private")));
}

TEST_F(S3DoorTest, an_object_with_a_checksum_of_its_clients_keeps_that_alone) {
    const std::string own = base::base64_encode(base::checksum(base::ChecksumKind::crc32, "hello"));
    const auto stored = ask("PUT", "/photos/a", "hello", {{"x-amz-checksum-crc32", own}});
    EXPECT_EQ(stored.header("x-amz-checksum-crc32"), own);
    EXPECT_EQ(stored.header("x-amz-checksum-crc64nvme"), "");
}

TEST_F(S3DoorTest, a_form_is_held_to_its_own_checksum) {
    const auto sum = [](base::ChecksumKind kind) { return base::base64_encode(base::checksum(kind, "hello")); };
    EXPECT_EQ(code_of(post("x-amz-checksum-crc32", "AAAAAA==")), "BadDigest");
    EXPECT_EQ(code_of(post("x-amz-checksum-sha256", "nonsense")), "InvalidRequest");
    EXPECT_EQ(code_of(post("x-amz-checksum-algorithm", "CRC16")), "InvalidRequest");
    EXPECT_EQ(ask("HEAD", "/photos/a").status(), 404u);

    const std::string right = sum(base::ChecksumKind::sha256);
    EXPECT_EQ(post("X-Amz-Checksum-SHA256", right).header("x-amz-checksum-sha256"), right);
    const auto kept = ask("HEAD", "/photos/a", {}, {{"x-amz-checksum-mode", "ENABLED"}});
    EXPECT_EQ(kept.header("x-amz-checksum-sha256"), right);
    EXPECT_EQ(kept.header("x-amz-checksum-crc64nvme"), "");
    EXPECT_EQ(post("x-amz-checksum-algorithm", "CRC32C").header("x-amz-checksum-crc32c"),
              sum(base::ChecksumKind::crc32c));
}

}  // namespace
}  // namespace faasd::aws::s3::test
