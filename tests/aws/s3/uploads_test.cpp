// Objects come in one piece, in chunks or in a form, as they were signed, and are what they say.
#include "aws/s3/door_fixture.hpp"
#include "base/digest.hpp"

namespace faasd::aws::s3 {
namespace {

using namespace test;

TEST_F(S3DoorTest, the_hash_that_a_client_signed_has_to_be_the_bodys) {
    const auto wrong =
        ask("PUT", "/photos/a", "hello", {{"x-amz-content-sha256", base::sha256_hex("other")}});
    EXPECT_EQ(code_of(wrong), "XAmzContentSHA256Mismatch");
    EXPECT_EQ(ask("HEAD", "/photos/a").status(), 404u);
    EXPECT_EQ(code_of(ask("PUT", "/photos/a", "hello", {{"x-amz-content-sha256", "nonsense"}})),
              "InvalidArgument");
    EXPECT_EQ(
        ask("PUT", "/photos/a", "hello", {{"x-amz-content-sha256", base::sha256_hex("hello")}}).status(),
        200u);
}

TEST_F(S3DoorTest, two_checksums_are_one_too_many) {
    EXPECT_EQ(code_of(ask("PUT", "/photos/a", "hello",
                          {{"x-amz-checksum-crc32", "NhCmhg=="}, {"x-amz-checksum-sha1", "x"}})),
              "InvalidRequest");
    EXPECT_EQ(ask("PUT", "/photos/a", "hello", {{"x-amz-checksum-crc32", "NhCmhg=="}})
                  .header("x-amz-checksum-crc32"),
              "NhCmhg==");
}

TEST_F(S3DoorTest, a_copy_in_chunks_is_checked_to_its_end) {
    const Fields headers{{"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
                         {"x-amz-decoded-content-length", "5"}};
    EXPECT_EQ(
        ask("PUT", "/photos/a", "5;chunk-signature=00\r\nhello\r\n0;chunk-signature=00\r\n\r\n", headers)
            .status(),
        200u);
    EXPECT_EQ(ask("GET", "/photos/a").body(), "hello");
    EXPECT_EQ(code_of(ask("PUT", "/photos/b", "5;chunk-signature=00\r\nhel", headers)), "IncompleteBody");
    EXPECT_EQ(code_of(ask("PUT", "/photos/b", "6\r\nhello!\r\n0\r\n\r\n", headers)), "IncompleteBody");
    EXPECT_EQ(ask("HEAD", "/photos/b").status(), 404u);
}

TEST_F(S3DoorTest, a_body_has_to_say_how_long_it_is) {
    without_length_ = true;
    EXPECT_EQ(ask("PUT", "/photos/a").status(), 411u);
    EXPECT_EQ(code_of(ask("GET", "/photos/a")), "NoSuchKey");
}

TEST_F(S3DoorTest, a_form_has_a_storage_class_and_an_acl_that_there_are) {
    EXPECT_EQ(code_of(post("x-amz-storage-class", "x\r\ny")), "InvalidStorageClass");
    EXPECT_EQ(code_of(post("acl", "everybody")), "InvalidArgument");
    EXPECT_EQ(post("acl", "public-read").status(), 204u);
}

TEST_F(S3DoorTest, a_form_is_notified_as_a_form) {
    std::vector<std::string> events;
    engine_->on_change([&](model::Transaction&, const model::BlobChange& change) -> base::Result<> {
        events.push_back(change.name);
        return {};
    });
    post("acl", "private");
    ask("PUT", "/photos/a", "hello");
    EXPECT_EQ(events, (std::vector<std::string>{"ObjectCreated:Post", "ObjectCreated:Put"}));
}

TEST_F(S3DoorTest, an_object_restored_from_the_archive_is_accepted) {
    ask("PUT", "/photos/a", "x", {{"x-amz-storage-class", "GLACIER"}});
    EXPECT_EQ(ask("POST", "/photos/a?restore", "<RestoreRequest><Days>2</Days></RestoreRequest>").status(),
              202u);
    EXPECT_NE(ask("HEAD", "/photos/a").header("x-amz-restore").find("ongoing-request=\"false\""),
              std::string::npos);
    EXPECT_EQ(code_of(ask("PUT", "/photos/b", "x", {{"x-amz-storage-class", "ATTIC"}})),
              "InvalidStorageClass");
}

TEST_F(S3DoorTest, an_object_is_restored_for_a_number_of_days) {
    ask("PUT", "/photos/old", "x", {{"x-amz-storage-class", "GLACIER"}});
    const auto restore = [&](const std::string& days) {
        return ask("POST", "/photos/old?restore", "<RestoreRequest><Days>" + days + "</Days></RestoreRequest>");
    };
    EXPECT_EQ(code_of(restore("abc")), "MalformedXML");
    for (const char* days : {"0", "2147483647", "99999999999999999999"})
        EXPECT_EQ(code_of(restore(days)), "InvalidArgument") << days;
    EXPECT_EQ(restore("3").status(), 202u);
}

}  // namespace
}  // namespace faasd::aws::s3
