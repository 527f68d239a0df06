#include <gtest/gtest.h>

#include "aws/s3/chunked_body.hpp"
#include "aws/s3/form_body.hpp"
#include "aws/s3/post_policy.hpp"
#include "base/digest.hpp"

namespace faasd::aws::s3 {
namespace {

constexpr std::string_view kChunked =
    "4;chunk-signature=0123\r\nWiki\r\n5\r\npedia\r\n0;chunk-signature=ff\r\nX-Amz-Checksum-CRC32: "
    "abc=\r\nother:1\r\n\r\n";

struct Fed {
    ChunkedBody body;
    ChunkedBody::State state = ChunkedBody::State::more;
    std::string content;
    void feed(std::string_view bytes) {
        state = body.feed(bytes, [this](std::string_view piece) {
            content += piece;
            return true;
        });
    }
};

TEST(S3ChunkedBody, is_understood_in_whatever_pieces_it_comes) {
    for (std::size_t step = 1; step <= kChunked.size(); ++step) {
        Fed fed;
        for (std::size_t at = 0; at < kChunked.size(); at += step)
            fed.feed(kChunked.substr(at, step));
        EXPECT_EQ(fed.state, ChunkedBody::State::complete) << step;
        EXPECT_EQ(fed.content, "Wikipedia");
        ASSERT_EQ(fed.body.trailers().size(), 2u);
        EXPECT_EQ(fed.body.trailers()[0],
                  (std::pair<std::string, std::string>("x-amz-checksum-crc32", "abc=")));
    }
}

TEST(S3ChunkedBody, that_is_cut_anywhere_is_not_complete) {
    for (std::size_t size = 0; size < kChunked.size(); ++size) {
        Fed fed;
        fed.feed(kChunked.substr(0, size));
        EXPECT_NE(fed.state, ChunkedBody::State::complete) << size;
    }
}

TEST(S3ChunkedBody, that_is_malformed_is_broken) {
    for (const std::string_view wrong : {"x\r\n", "\r\n", "-1\r\n", "3\r\nabcd\r\n", "0\r\nno colon\r\n",
                                         "1ffffffffffffffff\r\n", "0\r\n\r\nmore"}) {
        Fed fed;
        fed.feed(wrong);
        EXPECT_EQ(fed.state, ChunkedBody::State::broken) << wrong;
    }
    Fed endless;
    endless.feed(std::string(100'000, '1'));
    EXPECT_EQ(endless.state, ChunkedBody::State::broken);
}

constexpr std::string_view kForm =
    "--b\r\nContent-Disposition: form-data; name=\"Key\"\r\n\r\nuploads/${filename}\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: "
    "text/plain\r\n\r\n"
    "line\r\n--not the end\r\n--b--\r\n";

TEST(S3FormBody, is_understood_in_whatever_pieces_it_comes) {
    for (std::size_t step = 1; step <= kForm.size(); ++step) {
        FormBody form("b");
        std::string content;
        auto state = FormBody::State::more;
        for (std::size_t at = 0; at < kForm.size(); at += step) {
            state = form.feed(kForm.substr(at, step));
            content += form.take_content();
        }
        EXPECT_EQ(state, FormBody::State::complete) << step;
        EXPECT_EQ(content, "line\r\n--not the end");
        EXPECT_EQ(form.fields().at("key"), "uploads/${filename}");
        EXPECT_EQ(form.fields().at("content-type"), "text/plain");
        EXPECT_EQ(form.file_name(), "a.txt");
    }
}

TEST(S3FormBody, without_a_file_is_broken) {
    FormBody form("b");
    EXPECT_EQ(form.feed("--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nx\r\n--b--\r\n"),
              FormBody::State::broken);
    FormBody endless("b");
    EXPECT_EQ(endless.feed("--b\r\n" + std::string(200'000, 'x')), FormBody::State::broken);
    EXPECT_EQ(FormBody::boundary_of("multipart/form-data; boundary=\"a b\""), "a b");
    EXPECT_EQ(FormBody::boundary_of("text/plain; boundary=b"), std::nullopt);
}

const base::TimePoint kNow{std::chrono::seconds{1'700'000'000}};

std::string code_of_policy(const std::string& policy) {
    try {
        (void)check_policy(base::base64_encode(policy),
                           {{"key", "user/a"}, {"bucket", "photos"}, {"acl", "private"}}, kNow);
        return "accepted";
    } catch (const Refused& refused) {
        return refused.error.code;
    }
}

TEST(S3PostPolicy, holds_the_form_to_its_conditions) {
    const auto policy = [](const std::string& conditions) {
        return code_of_policy(R"({"expiration": "2030-01-01T00:00:00.000Z", "conditions": [)" + conditions +
                              "]}");
    };
    EXPECT_EQ(policy(R"({"bucket": "photos"}, ["starts-with", "$key", "user/"], ["eq", "$acl", "private"])"),
              "accepted");
    EXPECT_EQ(policy(R"({"bucket": "other"})"), "AccessDenied");
    EXPECT_EQ(policy(R"(["starts-with", "$key", "admin/"])"), "AccessDenied");
    EXPECT_EQ(policy(R"(["content-length-range", "a", 3])"), "InvalidPolicyDocument");
    EXPECT_EQ(policy(R"(7)"), "InvalidPolicyDocument");
    EXPECT_EQ(code_of_policy(R"({"expiration": "2020-01-01T00:00:00Z", "conditions": []})"), "AccessDenied");
    EXPECT_EQ(code_of_policy("no JSON"), "InvalidPolicyDocument");
}

TEST(S3PostPolicy, that_is_nested_deeply_is_none) {
    const std::string deep = std::string(9000, '[') + std::string(9000, ']');
    EXPECT_EQ(code_of_policy(R"({"expiration": "2030-01-01T00:00:00Z", "conditions": [{"a": )" + deep + "}]}"),
              "InvalidPolicyDocument");
}

}  // namespace
}  // namespace faasd::aws::s3
