// How requests find the door, in which form they come in, and which of them are refused.
#include "aws/s3/address.hpp"
#include "aws/s3/door_fixture.hpp"
#include "base/digest.hpp"

namespace faasd::aws::s3 {
namespace {

using namespace test;

TEST(S3Address, is_in_the_path_or_in_the_host) {
    const auto of = [](std::string_view host, std::string_view path) {
        model::HttpRequest request;
        request.host = host;
        request.raw_path = path;
        const Address address = address_of(request);
        return address.bucket + "|" + address.key + (address.website ? "|website" : "");
    };
    EXPECT_EQ(of("localhost:4566", "/photos/a%20b/c"), "photos|a b/c");
    EXPECT_EQ(of("localhost", "/"), "|");
    EXPECT_EQ(of("localhost", "/photos/"), "photos|");
    EXPECT_EQ(of("localhost", "/photos//a"), "photos|/a");
    EXPECT_EQ(of("s3.localhost.localstack.cloud:4566", "/photos/a"), "photos|a");
    EXPECT_EQ(of("photos.s3.localhost.localstack.cloud:4566", "/a"), "photos|a");
    EXPECT_EQ(of("my.photos.s3.eu-west-1.amazonaws.com", "/a"), "my.photos|a");
    EXPECT_EQ(of("photos.s3-eu-west-1.amazonaws.com", "/a"), "photos|a");
    EXPECT_EQ(of("photos.s3.localhost", "/"), "photos|");
    EXPECT_EQ(of("photos.s3-website-us-east-1.amazonaws.com", "/"), "photos||website");
    EXPECT_EQ(of("photos.s3-website.localhost.localstack.cloud:4566", "/x"), "photos|x|website");
}

TEST_F(S3DoorTest, what_is_put_can_be_got) {
    EXPECT_EQ(ask("PUT", "/photos/a", "hello").header("etag"), '"' + base::md5_hex("hello") + '"');
    EXPECT_EQ(ask("GET", "/photos/a").body(), "hello");
    EXPECT_EQ(ask("GET", "/a", {}, {}, "photos.s3.amazonaws.com").body(), "hello");
    EXPECT_EQ(ask("DELETE", "/photos/a").status(), 204u);
    const auto gone = ask("GET", "/photos/a");
    EXPECT_EQ(gone.status(), 404u);
    EXPECT_EQ(code_of(gone), "NoSuchKey");
    EXPECT_NE(gone.body().find("<Key>a</Key>"), std::string::npos);
}

TEST_F(S3DoorTest, no_document_is_taken_half) {
    for (const char* operation : {"?versioning", "?tagging", "?cors", "?lifecycle", "?notification",
                                  "?website", "?object-lock", "?encryption", "?ownershipControls",
                                  "?publicAccessBlock", "?accelerate", "?requestPayment", "?replication"}) {
        for (const char* body : {"", "<", "<A/>", "nonsense", "{}"}) {
            const auto answer = ask("PUT", "/photos" + std::string(operation), body);
            EXPECT_EQ(code_of(answer), "MalformedXML") << operation << " " << body;
            EXPECT_EQ(answer.status(), 400u);
        }
    }
    EXPECT_EQ(code_of(ask("PUT", "/photos?policy", "x")), "MalformedPolicy");
}

TEST_F(S3DoorTest, numbers_that_are_none_are_refused) {
    for (const char* target :
         {"/photos?max-keys=x", "/photos?max-keys=-1", "/photos?list-type=2&max-keys=99999999999999999999",
          "/photos?list-type=3", "/photos?encoding-type=x", "/photos?list-type=2&continuation-token=x"})
        EXPECT_EQ(code_of(ask("GET", target)), "InvalidArgument") << target;
    EXPECT_EQ(code_of(ask("GET", "/photos/a%zz")), "InvalidURI");
    EXPECT_EQ(code_of(ask("PUT", "/photos/" + std::string(1025, 'k'), "x")), "KeyTooLongError");
    EXPECT_EQ(code_of(ask("PUT", "/photos/a?partNumber=0&uploadId=x", "x")), "InvalidArgument");
    EXPECT_EQ(code_of(ask("PATCH", "/photos/a", "x")), "MethodNotAllowed");
}

TEST_F(S3DoorTest, small_bodies_come_whole_and_large_ones_stream) {
    const auto plan = [&](const std::string& method, const std::string& path, const std::string& length) {
        const std::vector<model::HttpField> fields{{"Content-Length", length}};
        model::HttpRequest head;
        head.method = method;
        head.raw_path = path;
        head.host = "localhost";
        head.headers = fields;
        return door_->plan(head, {}).mode;
    };
    EXPECT_EQ(plan("PUT", "/photos/a", "1000"), model::BodyPlan::Mode::buffer);
    EXPECT_EQ(plan("PUT", "/photos/a", "1000000"), model::BodyPlan::Mode::stream);
    EXPECT_EQ(plan("PUT", "/photos", "1000000"), model::BodyPlan::Mode::buffer);
}

TEST_F(S3DoorTest, documents_that_are_nested_deeply_are_refused) {
    std::string deep;
    for (int i = 0; i < 5000; ++i)
        deep += "<a>";
    for (int i = 0; i < 5000; ++i)
        deep += "</a>";
    EXPECT_EQ(code_of(ask("PUT", "/photos?lifecycle",
                          "<LifecycleConfiguration><Rule><ID>" + deep +
                              "</ID><Status>Enabled</Status><Prefix/><Expiration><Days>1</Days></Expiration>"
                              "</Rule></LifecycleConfiguration>")),
              "MalformedXML");
    const std::string lists = std::string(9000, '[') + std::string(9000, ']');
    EXPECT_EQ(code_of(ask("PUT", "/photos?policy", R"({"Statement": )" + lists + "}")), "MalformedPolicy");
    EXPECT_EQ(code_of(ask("PUT", "/photos?policy",
                          R"({"Statement": [], "Id": ")" + std::string(20 * 1024, 'x') + "\"}")),
              "MalformedPolicy");
}

TEST_F(S3DoorTest, a_page_of_nothing_is_the_last) {
    ask("POST", "/photos/big?uploads");
    const auto empty = ask("GET", "/photos?uploads&max-uploads=0");
    EXPECT_NE(empty.body().find("<IsTruncated>false"), std::string::npos);
}

TEST_F(S3DoorTest, documents_are_short_but_for_lists) {
    const auto limit = [&](const std::string& method, const std::string& path, const std::string& query) {
        model::HttpRequest head;
        head.method = method;
        head.raw_path = path;
        head.raw_query = query;
        head.host = "localhost";
        return door_->plan(head, {}).limit;
    };
    EXPECT_EQ(limit("PUT", "/photos", "cors"), 256u << 10);
    EXPECT_EQ(limit("POST", "/photos", "delete"), 2u << 20);
    EXPECT_EQ(limit("POST", "/photos/a", "uploadId=x"), 8u << 20);
}

TEST_F(S3DoorTest, what_is_in_files_is_read_and_written_off_the_calling_thread) {
    ask("PUT", "/photos/large", std::string(200'000, 'x'));
    ask("PUT", "/photos/small", "hello");
    const std::string begun = ask("POST", "/photos/parts?uploads").body();
    const std::size_t at = begun.find("<UploadId>") + 10;
    const std::string id = begun.substr(at, begun.find('<', at) - at);
    const auto posts = [&](auto&& step) {
        const int before = executor_->posts;
        step();
        return executor_->posts - before;
    };
    EXPECT_EQ(posts([&] { EXPECT_EQ(ask("GET", "/photos/small").body(), "hello"); }), 0);
    EXPECT_GT(posts([&] { EXPECT_EQ(ask("GET", "/photos/large", {}, {{"Range", "bytes=0-3"}}).status(), 206u); }), 0);
    EXPECT_GT(posts([&] {
                  EXPECT_EQ(ask("PUT", "/photos/parts?partNumber=1&uploadId=" + id, "part").status(), 200u);
              }), 0);
}

}  // namespace
}  // namespace faasd::aws::s3
