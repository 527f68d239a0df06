#include "aws/protocol/signature.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"

namespace faasd::aws {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

// The examples of "Authenticating Requests: Using the Authorization Header" and "Using Query Parameters", S3 API
// Reference, and of "Create a signed request", IAM User Guide; with the keys that stand there.
constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const std::string kEmpty = base::sha256_hex("");

struct SignatureTest : testing::Test {
    base::ManualClock clock{base::TimePoint{sys_days{std::chrono::year{2013} / 5 / 24}}};
    SignatureCheck check{{{"AKIAIOSFODNN7EXAMPLE", kSecret}}, clock};
    std::string authorization;
    std::vector<model::HttpField> headers;
    model::HttpRequest request;
    Target target{Service::s3, Protocol::rest_xml, {}, {}};

    void sign(const std::string& signed_headers, const std::string& signature) {
        authorization = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=" +
                        signed_headers + ",Signature=" + signature;
        headers.push_back({"Authorization", authorization});
        request.headers = headers;
    }
    // GET /test.txt with a range.
    void get_object(const std::string& signature = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41") {
        request.method = "GET";
        request.raw_path = "/test.txt";
        headers = {{"Host", "examplebucket.s3.amazonaws.com"},
                   {"Range", "bytes=0-9"},
                   {"x-amz-content-sha256", kEmpty},
                   {"x-amz-date", "20130524T000000Z"}};
        sign("host;range;x-amz-content-sha256;x-amz-date", signature);
    }
    void presign() {
        request.method = "GET";
        request.raw_path = "/test.txt";
        request.raw_query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2F"
                            "s3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&"
                            "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        headers = {{"Host", "examplebucket.s3.amazonaws.com"}};
        request.headers = headers;
    }
    std::string refusal(std::string_view body = {}) {
        const auto error = check.refusal(request, find_authorization(request), target, body);
        return error ? error->code : "";
    }
};

TEST_F(SignatureTest, the_documented_request_is_right) {
    get_object();
    EXPECT_EQ(refusal(), "");
}

TEST_F(SignatureTest, a_query_parameter_without_a_value_is_signed) {
    request.method = "GET";
    request.raw_path = "/";
    request.raw_query = "lifecycle";
    headers = {{"Host", "examplebucket.s3.amazonaws.com"},
               {"x-amz-content-sha256", kEmpty},
               {"x-amz-date", "20130524T000000Z"}};
    sign("host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    EXPECT_EQ(refusal(), "");
}

TEST_F(SignatureTest, a_path_is_signed_as_it_travels) {
    request.method = "PUT";
    request.raw_path = "/test%24file.text";
    const std::string hash = base::sha256_hex("Welcome to Amazon S3.");
    headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
               {"Host", "examplebucket.s3.amazonaws.com"},
               {"x-amz-content-sha256", hash},
               {"x-amz-date", "20130524T000000Z"},
               {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
    sign("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
         "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    EXPECT_EQ(refusal(), "");
}

TEST_F(SignatureTest, another_signature_is_none) {
    get_object("00e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    EXPECT_EQ(refusal(), "SignatureDoesNotMatch");
}

TEST_F(SignatureTest, what_was_signed_cannot_be_changed) {
    get_object();
    request.raw_path = "/other.txt";
    EXPECT_EQ(refusal(), "SignatureDoesNotMatch");
}

TEST_F(SignatureTest, it_is_good_for_a_quarter_of_an_hour) {
    get_object();
    clock.advance(15min);
    EXPECT_EQ(refusal(), "");
    clock.advance(1s);
    EXPECT_EQ(refusal(), "RequestTimeTooSkewed");
}

TEST_F(SignatureTest, a_presigned_url_is_good_until_it_expires) {
    presign();
    clock.advance(86400s);
    EXPECT_EQ(refusal(), "");
    clock.advance(1s);
    const auto error = check.refusal(request, find_authorization(request), target, {});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "AccessDenied");
    EXPECT_EQ(error->message, "Request has expired");
}

TEST_F(SignatureTest, a_key_that_nobody_knows_is_refused_in_the_words_of_the_service) {
    get_object();
    const SignatureCheck other{{}, clock};
    EXPECT_EQ(other.refusal(request, find_authorization(request), target, {})->code, "InvalidAccessKeyId");
    target = {Service::dynamodb, Protocol::json_1_0, {}, {}};
    EXPECT_EQ(other.refusal(request, find_authorization(request), target, {})->code, "UnrecognizedClientException");
    target = {Service::sqs, Protocol::query, {}, {}};
    EXPECT_EQ(other.refusal(request, find_authorization(request), target, {})->code, "InvalidClientTokenId");
}

TEST_F(SignatureTest, an_unsigned_request_is_refused) {
    request.method = "GET";
    request.raw_path = "/";
    EXPECT_EQ(refusal(), "AccessDenied");
    target = {Service::sqs, Protocol::json_1_0, {}, {}};
    EXPECT_EQ(refusal(), "MissingAuthenticationTokenException");
}

TEST(Signature, other_services_sign_the_hash_of_the_body) {
    model::HttpRequest request;
    request.method = "GET";
    request.raw_path = "/";
    request.raw_query = "Action=ListUsers&Version=2010-05-08";
    const std::vector<model::HttpField> headers{
        {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
        {"Host", "iam.amazonaws.com"},
        {"X-Amz-Date", "20150830T123600Z"},
        {"Authorization",
         "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
         "SignedHeaders=content-type;host;x-amz-date, "
         "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"}};
    request.headers = headers;
    base::ManualClock clock{base::TimePoint{sys_days{std::chrono::year{2015} / 8 / 30}} + 12h + 36min};
    const SignatureCheck check{{{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}}, clock};
    const Target target{Service::sqs, Protocol::query, {}, {}};
    EXPECT_FALSE(check.refusal(request, find_authorization(request), target, ""));
    EXPECT_TRUE(check.refusal(request, find_authorization(request), target, "another body"));
}

}  // namespace
}  // namespace faasd::aws
