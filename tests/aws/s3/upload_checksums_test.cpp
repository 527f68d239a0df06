// A multipart upload's checksum, as its client sees it ("Checking object integrity for data uploads in Amazon S3",
// S3 User Guide).
#include "aws/s3/door_fixture.hpp"
#include "base/checksum.hpp"
#include "base/digest.hpp"

namespace faasd::aws::s3::test {
namespace {

using base::ChecksumKind;

std::string sum_of(ChecksumKind kind, std::string_view bytes) {
    return base::base64_encode(base::checksum(kind, bytes));
}

class UploadChecksumTest : public S3DoorTest {
  protected:
    RecordedAnswer start(const Fields& headers = {}) {
        auto answer = ask("POST", "/photos/a?uploads", {}, headers);
        id_ = element_of(answer, "UploadId");
        return answer;
    }
    RecordedAnswer send_part(const Fields& headers = {}) {
        return ask("PUT", "/photos/a?partNumber=1&uploadId=" + id_, "hello", headers);
    }
    // With what is said of the one part beside its number and ETag.
    RecordedAnswer complete(const std::string& part_element = {}, const Fields& headers = {}) {
        return ask("POST", "/photos/a?uploadId=" + id_,
                   "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + base::md5_hex("hello") +
                       "</ETag>" + part_element + "</Part></CompleteMultipartUpload>",
                   headers);
    }
    static std::string element_of(const RecordedAnswer& answer, const std::string& name) {
        const std::string body = answer.body();
        const std::size_t at = body.find("<" + name + ">");
        if (at == std::string::npos) return "";
        return body.substr(at + name.size() + 2, body.find("</", at) - at - name.size() - 2);
    }
    std::string attributes() {
        return ask("GET", "/photos/a?attributes", {}, {{"x-amz-object-attributes", "Checksum,ObjectParts"}}).body();
    }
    RecordedAnswer head(const std::string& query = {}) {
        return ask("HEAD", "/photos/a" + query, {}, {{"x-amz-checksum-mode", "ENABLED"}});
    }

    const Fields sha256_{{"x-amz-checksum-algorithm", "SHA256"}};
    const Fields whole_crc32_{{"x-amz-checksum-algorithm", "CRC32"}, {"x-amz-checksum-type", "FULL_OBJECT"}};
    const std::string crc32_ = sum_of(ChecksumKind::crc32, "hello");
    const std::string crc64_ = sum_of(ChecksumKind::crc64nvme, "hello");
    const std::string digest_ = sum_of(ChecksumKind::sha256, "hello");
    const std::string named_digest_ = "<ChecksumSHA256>" + digest_ + "</ChecksumSHA256>";
    std::string id_;
};

TEST_F(UploadChecksumTest, one_that_names_none_becomes_an_object_with_the_crc64nvme_of_the_whole) {
    EXPECT_EQ(start().header("x-amz-checksum-algorithm"), "");
    EXPECT_EQ(send_part().header("x-amz-checksum-crc64nvme"), crc64_);
    EXPECT_EQ(ask("GET", "/photos/a?uploadId=" + id_).body().find("Checksum"), std::string::npos);
    const auto done = complete();
    EXPECT_EQ(element_of(done, "ChecksumCRC64NVME"), crc64_);
    EXPECT_EQ(element_of(done, "ChecksumType"), "FULL_OBJECT");
    EXPECT_EQ(head().header("x-amz-checksum-crc64nvme"), crc64_);
    EXPECT_EQ(head().header("x-amz-checksum-type"), "FULL_OBJECT");
    EXPECT_EQ(head("?partNumber=1").header("x-amz-checksum-crc64nvme"), "");
    const std::string told = attributes();
    EXPECT_NE(told.find("<ChecksumCRC64NVME>" + crc64_), std::string::npos);
    EXPECT_NE(told.find("<PartsCount>1</PartsCount>"), std::string::npos);
    EXPECT_EQ(told.find("<Part>"), std::string::npos);
}

TEST_F(UploadChecksumTest, one_that_names_none_checks_those_of_parts_and_keeps_its_own_kind) {
    start();
    EXPECT_EQ(code_of(send_part({{"x-amz-checksum-crc32", "AAAAAA=="}})), "BadDigest");
    EXPECT_EQ(send_part({{"x-amz-checksum-crc32", crc32_}}).header("x-amz-checksum-crc32"), crc32_);
    EXPECT_EQ(code_of(complete("<ChecksumCRC32>" + crc32_ + "</ChecksumCRC32>")), "InvalidPart");
    const auto refused = complete({}, {{"x-amz-checksum-type", "FULL_OBJECT"}});
    EXPECT_EQ(code_of(refused), "InvalidRequest");
    EXPECT_EQ(element_of(refused, "Message"),
              "The upload was created using the null checksum mode. The complete request must use the same "
              "checksum mode.");
    EXPECT_EQ(element_of(complete(), "ChecksumCRC64NVME"), crc64_);
}

TEST_F(UploadChecksumTest, each_kind_has_its_forms) {
    const auto form_of = [&](const char* kind, const char* form) {
        Fields headers{{"x-amz-checksum-algorithm", kind}};
        if (*form) headers.emplace_back("x-amz-checksum-type", form);
        const auto answer = start(headers);
        return answer.status() == 200 ? answer.header("x-amz-checksum-type") : code_of(answer);
    };
    for (const char* kind : {"CRC32", "CRC32C", "SHA1", "SHA256"}) {
        EXPECT_EQ(form_of(kind, ""), "COMPOSITE") << kind;
        EXPECT_EQ(form_of(kind, "COMPOSITE"), "COMPOSITE") << kind;
    }
    for (const char* kind : {"CRC32", "CRC32C", "CRC64NVME"})
        EXPECT_EQ(form_of(kind, "FULL_OBJECT"), "FULL_OBJECT") << kind;
    EXPECT_EQ(form_of("CRC64NVME", ""), "FULL_OBJECT");
    for (const char* kind : {"SHA1", "SHA256"})
        EXPECT_EQ(form_of(kind, "FULL_OBJECT"), "InvalidRequest") << kind;
    EXPECT_EQ(form_of("CRC64NVME", "COMPOSITE"), "InvalidRequest");
    EXPECT_EQ(form_of("SHA256", "HALF"), "InvalidRequest");
    EXPECT_EQ(code_of(start({{"x-amz-checksum-type", "COMPOSITE"}})), "InvalidRequest");
}

TEST_F(UploadChecksumTest, of_a_composite_one_the_client_names_every_parts) {
    start(sha256_);
    const auto bare = send_part();
    EXPECT_EQ(element_of(bare, "Message"),
              "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: null");
    EXPECT_EQ(code_of(send_part({{"x-amz-checksum-crc32", crc32_}})), "InvalidRequest");
    EXPECT_EQ(send_part({{"x-amz-checksum-sha256", digest_}}).header("x-amz-checksum-sha256"), digest_);
    EXPECT_EQ(element_of(complete(), "Message"),
              "The upload was created using a sha256 checksum. The complete request must include the checksum "
              "for each part. It was missing for part 1 in the request.");
    const auto other = complete("<ChecksumCRC32>" + crc32_ + "</ChecksumCRC32>");
    EXPECT_EQ(code_of(other), "BadDigest");
    EXPECT_EQ(element_of(other, "Message"), "The crc32 you specified for part 1 did not match what we received.");
    const auto wrong = complete("<ChecksumSHA256>" + sum_of(ChecksumKind::sha256, "x") + "</ChecksumSHA256>");
    EXPECT_EQ(code_of(wrong), "InvalidPart");
    EXPECT_EQ(element_of(wrong, "PartNumber"), "1");
    EXPECT_EQ(ask("HEAD", "/photos/a").status(), 404u);
}

TEST_F(UploadChecksumTest, a_composite_one_is_told_with_the_number_of_parts_and_each_of_them) {
    start(sha256_);
    send_part({{"x-amz-checksum-sha256", digest_}});
    const std::string whole = sum_of(ChecksumKind::sha256, base::checksum(ChecksumKind::sha256, "hello"));
    EXPECT_EQ(code_of(complete(named_digest_, {{"x-amz-checksum-sha256", digest_}})), "BadDigest");
    const auto done = complete(named_digest_, {{"x-amz-checksum-sha256", whole + "-1"}});
    EXPECT_EQ(element_of(done, "ChecksumSHA256"), whole + "-1");
    EXPECT_EQ(element_of(done, "ChecksumType"), "COMPOSITE");
    EXPECT_EQ(head().header("x-amz-checksum-sha256"), whole + "-1");
    EXPECT_EQ(head("?partNumber=1").header("x-amz-checksum-sha256"), digest_);
    const std::string told = attributes();
    EXPECT_NE(told.find("<Checksum><ChecksumSHA256>" + whole + "</ChecksumSHA256>"), std::string::npos);
    EXPECT_NE(told.find("<Part><PartNumber>1</PartNumber><Size>5</Size>" + named_digest_ + "</Part>"),
              std::string::npos);
}

TEST_F(UploadChecksumTest, one_of_the_whole_is_checked_where_the_client_knows_it) {
    start(whole_crc32_);
    EXPECT_EQ(send_part().header("x-amz-checksum-crc32"), crc32_);
    const auto wrong = complete({}, {{"x-amz-checksum-crc32", "AAAAAA=="}, {"x-amz-checksum-type", "FULL_OBJECT"}});
    EXPECT_EQ(code_of(wrong), "BadDigest");
    EXPECT_EQ(element_of(wrong, "Message"), "The crc32 you specified did not match the calculated checksum.");
    EXPECT_EQ(code_of(complete({}, {{"x-amz-checksum-type", "COMPOSITE"}})), "InvalidRequest");
    EXPECT_EQ(ask("HEAD", "/photos/a").status(), 404u);
    const auto done = complete({}, {{"x-amz-checksum-crc32", crc32_}, {"x-amz-checksum-type", "FULL_OBJECT"}});
    EXPECT_EQ(element_of(done, "ChecksumCRC32"), crc32_);
    EXPECT_EQ(element_of(done, "ChecksumType"), "FULL_OBJECT");
}

TEST_F(UploadChecksumTest, a_part_copied_from_an_object_counts_as_well) {
    ask("PUT", "/photos/source", "hello");
    start();
    const auto copied = ask("PUT", "/photos/a?partNumber=1&uploadId=" + id_, {},
                            {{"x-amz-copy-source", "photos/source"}});
    EXPECT_EQ(copied.status(), 200u);
    EXPECT_EQ(element_of(complete(), "ChecksumCRC64NVME"), crc64_);
}

TEST_F(UploadChecksumTest, the_size_that_a_completion_names_is_that_of_its_parts) {
    start();
    send_part();
    EXPECT_EQ(element_of(complete({}, {{"x-amz-mp-object-size", "4"}}), "Message"),
              "The provided 'x-amz-mp-object-size' header value 4 does not match what was computed: 5");
    for (const char* size : {"five", "-1", "99999999999999999999"})
        EXPECT_EQ(code_of(complete({}, {{"x-amz-mp-object-size", size}})), "InvalidRequest") << size;
    EXPECT_EQ(complete({}, {{"x-amz-mp-object-size", "5"}}).status(), 200u);
}

}  // namespace
}  // namespace faasd::aws::s3::test
