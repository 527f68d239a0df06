// What S3's errors are about: the condition that did not hold, the source of a copy and not its target.
#include "aws/s3/door_fixture.hpp"

namespace faasd::aws::s3::test {
namespace {

class RefusalTest : public S3DoorTest {
  protected:
    RefusalTest() {
        ask("PUT", "/archive");
        ask("PUT", "/photos/cat", "meow");
    }
    static std::string element_of(const RecordedAnswer& answer, const std::string& name) {
        const std::string body = answer.body();
        const std::size_t at = body.find("<" + name + ">");
        if (at == std::string::npos) return "";
        return body.substr(at + name.size() + 2, body.find("</", at) - at - name.size() - 2);
    }
    RecordedAnswer copy(const std::string& source, const std::string& target, Fields headers = {}) {
        headers.emplace_back("x-amz-copy-source", source);
        return ask("PUT", target, {}, headers);
    }
    RecordedAnswer copy_part(const std::string& source, Fields headers = {}) {
        const std::string id = element_of(ask("POST", "/archive/film?uploads"), "UploadId");
        return copy(source, "/archive/film?partNumber=1&uploadId=" + id, std::move(headers));
    }
};

TEST_F(RefusalTest, a_condition_that_does_not_hold_is_named) {
    const auto condition_of = [&](const char* method, const char* header, const char* value) {
        return element_of(ask(method, "/photos/cat", "purr", {{header, value}}), "Condition");
    };
    EXPECT_EQ(condition_of("PUT", "If-None-Match", "*"), "If-None-Match");
    EXPECT_EQ(condition_of("PUT", "If-Match", "\"other\""), "If-Match");
    EXPECT_EQ(condition_of("GET", "If-Match", "\"other\""), "If-Match");
    EXPECT_EQ(condition_of("GET", "If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"), "If-Unmodified-Since");
}

TEST_F(RefusalTest, a_copys_condition_is_its_sources_or_its_targets) {
    const std::string etag = ask("HEAD", "/photos/cat").header("ETag");
    for (const auto& [header, value] : Fields{{"x-amz-copy-source-if-match", "\"other\""},
                                              {"x-amz-copy-source-if-none-match", etag}}) {
        const char* const name = value == etag ? "x-amz-copy-source-If-None-Match" : "x-amz-copy-source-If-Match";
        EXPECT_EQ(element_of(copy("photos/cat", "/archive/cat", {{header, value}}), "Condition"), name);
        EXPECT_EQ(element_of(copy_part("photos/cat", {{header, value}}), "Condition"), name);
    }
    EXPECT_EQ(element_of(copy("photos/cat", "/archive/none", {{"If-Match", "\"other\""}}), "Key"), "none");
    copy("photos/cat", "/archive/cat");
    EXPECT_EQ(element_of(copy("photos/cat", "/archive/cat", {{"If-None-Match", "*"}}), "Condition"), "If-None-Match");
}

TEST_F(RefusalTest, a_copy_says_which_of_its_ends_is_missing) {
    EXPECT_EQ(element_of(copy("photos/dog", "/archive/copy"), "Key"), "dog");
    EXPECT_EQ(element_of(copy("nowhere/cat", "/archive/copy"), "BucketName"), "nowhere");
    EXPECT_EQ(element_of(copy("photos/cat", "/nowhere/copy"), "BucketName"), "nowhere");
    EXPECT_EQ(element_of(copy_part("photos/dog"), "Key"), "dog");
    // One name within the other says nothing.
    EXPECT_EQ(element_of(copy("photos/co", "/photos/copy"), "Key"), "co");
}

TEST_F(RefusalTest, a_part_is_copied_from_bytes_that_the_source_has) {
    for (const char* range : {"bytes=2-9", "bytes=7-9"}) {
        const auto refused = copy_part("photos/cat", {{"x-amz-copy-source-range", range}});
        EXPECT_EQ(code_of(refused), "InvalidArgument");
        EXPECT_EQ(element_of(refused, "Message"), "Range specified is not valid for source object of size: 4");
    }
}

TEST_F(RefusalTest, metadata_over_its_limit_says_so) {
    EXPECT_EQ(code_of(ask("PUT", "/photos/a", "x", {{"x-amz-meta-a", std::string(2048, 'x')}})), "MetadataTooLarge");
}

TEST_F(RefusalTest, a_lock_needs_versioning_and_versioning_stays_with_it) {
    const std::string lock = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
    const auto without = ask("PUT", "/photos?object-lock", lock);
    EXPECT_EQ(code_of(without), "InvalidBucketState");
    EXPECT_EQ(element_of(without, "Message"),
              "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
    ask("PUT", "/photos?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    EXPECT_EQ(ask("PUT", "/photos?object-lock", lock).status(), 200u);
    const auto suspended =
        ask("PUT", "/photos?versioning", "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>");
    EXPECT_EQ(code_of(suspended), "InvalidBucketState");
    EXPECT_NE(element_of(suspended, "Message").find("versioning state cannot be changed"), std::string::npos);
}

}  // namespace
}  // namespace faasd::aws::s3::test
