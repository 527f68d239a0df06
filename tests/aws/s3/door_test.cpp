#include "aws/s3/door.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "aws/recorded_answer.hpp"
#include "aws/s3/address.hpp"
#include "base/digest.hpp"
#include "base/random.hpp"
#include "base/timers.hpp"
#include "base/wait.hpp"
#include "services/blob/blob_engine.hpp"

namespace faasd::aws::s3 {
namespace {

struct InPlace final : model::BlockingExecutor {
    void post(base::UniqueFunction<void()> job) override {
        ++posts;
        job();
    }
    int posts = 0;
};

// Answers whoever waits.
struct WaitingResponder final : model::HttpResponder {
    explicit WaitingResponder(base::Completion<model::HttpResponse> then) : done(std::move(then)) {}
    void respond(model::HttpResponse response) override { done(std::move(response)); }
    void on_disconnect(base::UniqueFunction<void()>) override {}
    base::Completion<model::HttpResponse> done;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

class S3DoorTest : public testing::Test {
  protected:
    S3DoorTest() : folder_(std::filesystem::temp_directory_path() / ("faasd-s3-" + base::random_hex(12))) {
        storage::StoreOptions options;
        options.directory = folder_;
        store_ = storage::Store::open(std::move(options)).value();
        engine_ = std::make_unique<blob::BlobEngine>(*store_, clock_, timers_);
        door_ = std::make_unique<S3Door>(
            Parts{*engine_, clock_, executor_,
                  model::ForgeryGuard({{}, {".amazonaws.com"}, true}),
                  [](std::string_view arn) { return arn.ends_with(":known"); },
                  [this](std::string_view, std::string body) { told_.push_back(std::move(body)); }});
        ask("PUT", "/photos");
    }
    ~S3DoorTest() override {
        engine_.reset();
        store_.reset();
        std::filesystem::remove_all(folder_);
    }

    RecordedAnswer ask(const std::string& method, const std::string& target, const std::string& body = {},
                       const Fields& headers = {}, const std::string& host = "localhost:4566") {
        auto response = base::wait_for<model::HttpResponse>([&](base::Completion<model::HttpResponse> done) {
            std::vector<model::HttpField> fields;
            const std::string length = std::to_string(body.size());
            if (!without_length_) fields.push_back({"Content-Length", length});
            for (const auto& [name, value] : headers)
                fields.push_back({name, value});
            const std::size_t mark = target.find('?');
            Visit visit;
            visit.request.method = method;
            visit.request.raw_path = std::string_view(target).substr(0, mark);
            if (mark != std::string::npos)
                visit.request.raw_query = std::string_view(target).substr(mark + 1);
            visit.request.host = host;
            visit.request.headers = fields;
            visit.request.body = body;
            visit.request_id = "request-1";
            visit.responder = std::make_unique<WaitingResponder>(std::move(done));
            door_->handle(std::move(visit));
        });
        RecordedAnswer answer;
        answer.response = std::move(*response);
        return answer;
    }
    // A browser's form for the object "a", with one more field.
    RecordedAnswer post(const std::string& name, const std::string& value) {
        const auto field = [](const std::string& key, const std::string& text) {
            return "--b\r\nContent-Disposition: form-data; name=\"" + key + "\"\r\n\r\n" + text + "\r\n";
        };
        return ask("POST", "/photos",
                   field("key", "a") + field(name, value) +
                       "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhello\r\n--b--\r\n",
                   {{"Content-Type", "multipart/form-data; boundary=b"}});
    }
    // The code of an error's document.
    static std::string code_of(const RecordedAnswer& answer) {
        const std::string body = answer.body();
        const std::size_t at = body.find("<Code>");
        return at == std::string::npos ? "" : body.substr(at + 6, body.find('<', at + 6) - at - 6);
    }

    std::filesystem::path folder_;
    base::ManualClock clock_;
    base::ManualTimers timers_{clock_};
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<blob::BlobEngine> engine_;
    std::shared_ptr<InPlace> executor_ = std::make_shared<InPlace>();
    std::unique_ptr<S3Door> door_;
    bool without_length_ = false;
    std::vector<std::string> told_;  // of queues that became destinations
};

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

TEST_F(S3DoorTest, a_body_has_to_say_how_long_it_is) {
    without_length_ = true;
    EXPECT_EQ(ask("PUT", "/photos/a").status(), 411u);
    EXPECT_EQ(code_of(ask("GET", "/photos/a")), "NoSuchKey");
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

TEST_F(S3DoorTest, a_preflight_is_answered_by_the_buckets_rules) {
    const Fields page{{"Origin", "https://shop.example"}, {"Access-Control-Request-Method", "PUT"}};
    EXPECT_EQ(code_of(ask("OPTIONS", "/photos/a", {}, page)), "AccessForbidden");
    ask("PUT", "/photos?cors",
        "<CORSConfiguration><CORSRule><AllowedOrigin>https://*.example</AllowedOrigin><AllowedMethod>PUT</"
        "AllowedMethod>"
        "<MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>");
    const auto allowed = ask("OPTIONS", "/photos/a", {}, page);
    EXPECT_EQ(allowed.status(), 200u);
    EXPECT_EQ(allowed.header("Access-Control-Allow-Origin"), "https://shop.example");
    EXPECT_EQ(allowed.header("Access-Control-Max-Age"), "60");
    EXPECT_EQ(code_of(ask("DELETE", "/photos/a", {}, {{"Origin", "https://shop.example"}})), "AccessDenied");
    EXPECT_EQ(ask("PUT", "/photos/a", "x", {{"Origin", "https://shop.example"}}).status(), 200u);
}

TEST_F(S3DoorTest, only_those_who_are_there_can_be_notified) {
    const auto configure = [&](const std::string& arn) {
        return ask(
            "PUT", "/photos?notification",
            "<NotificationConfiguration><QueueConfiguration><Queue>" + arn +
                "</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>");
    };
    EXPECT_EQ(code_of(configure("arn:aws:sqs:us-east-1:000000000000:unknown")), "InvalidArgument");
    EXPECT_EQ(configure("arn:aws:sqs:us-east-1:000000000000:known").status(), 200u);
    EXPECT_NE(ask("GET", "/photos?notification").body().find("<Id>"), std::string::npos);
    ASSERT_EQ(told_.size(), 1u);
    EXPECT_NE(told_[0].find("s3:TestEvent"), std::string::npos);
}

TEST_F(S3DoorTest, a_web_site_has_pages_and_redirects) {
    ask("PUT", "/photos?website",
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></"
        "IndexDocument><RoutingRules><RoutingRule>"
        "<Condition><KeyPrefixEquals>old/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>new/</"
        "ReplaceKeyPrefixWith>"
        "</Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>");
    ask("PUT", "/photos/docs/index.html", "welcome");
    const auto page = [&](const std::string& path) {
        return ask("GET", path, {}, {}, "photos.s3-website.us-east-1.amazonaws.com");
    };
    EXPECT_EQ(page("/docs/").body(), "welcome");
    EXPECT_EQ(page("/docs").header("location"), "/docs/");
    EXPECT_EQ(page("/old/a").header("location"), "http://photos.s3-website.us-east-1.amazonaws.com/new/a");
    EXPECT_EQ(page("/none").status(), 404u);
    EXPECT_NE(page("/none").body().find("NoSuchKey"), std::string::npos);
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

TEST_F(S3DoorTest, what_lifecycle_rules_take_away_says_when_and_by_which) {
    const auto rule = [](const std::string& id, const std::string& filter, const std::string& expiration) {
        return "<Rule><ID>" + id + "</ID><Status>Enabled</Status><Filter>" + filter + "</Filter><Expiration>" + expiration +
               "</Expiration></Rule>";
    };
    const auto configure = [&](const std::string& rules) {
        EXPECT_EQ(ask("PUT", "/photos?lifecycle", "<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>").status(), 200u);
    };
    // It is 22:13 on the 14th of November 2023.
    configure(rule("all of them", "<Prefix></Prefix>", "<Date>2030-01-01T00:00:00Z</Date>") +
              rule("days", "<Prefix>tmp/</Prefix>", "<Days>3</Days>") +
              rule("later", "<Prefix>tmp/</Prefix>", "<Days>4</Days>") +
              rule("huge", "<ObjectSizeGreaterThan>5000000</ObjectSizeGreaterThan>", "<Days>1</Days>"));
    const std::string by_date = R"(expiry-date="Tue, 01 Jan 2030 00:00:00 GMT", rule-id="all%20of%20them")",
                      by_days = R"(expiry-date="Sat, 18 Nov 2023 00:00:00 GMT", rule-id="days")";
    EXPECT_EQ(ask("PUT", "/photos/a", "1").header("x-amz-expiration"), by_date);
    EXPECT_EQ(ask("PUT", "/photos/tmp/a", "1").header("x-amz-expiration"), by_days);
    EXPECT_EQ(ask("GET", "/photos/tmp/a").header("x-amz-expiration"), by_days);
    EXPECT_EQ(ask("HEAD", "/photos/tmp/a").header("x-amz-expiration"), by_days);
    EXPECT_EQ(ask("PUT", "/photos/tmp/b", {}, {{"x-amz-copy-source", "/photos/a"}}).header("x-amz-expiration"), by_days);
    EXPECT_EQ(post("acl", "private").header("x-amz-expiration"), by_date);
    const std::string started = ask("POST", "/photos/tmp/c?uploads").body();
    const std::size_t at = started.find("<UploadId>") + 10;
    const std::string upload = "/photos/tmp/c?uploadId=" + started.substr(at, started.find('<', at) - at);
    const std::string etag(ask("PUT", upload + "&partNumber=1", "1").header("ETag"));
    EXPECT_EQ(ask("POST", upload, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag +
                                      "</ETag></Part></CompleteMultipartUpload>").header("x-amz-expiration"), by_days);
    // The rules that hold now are those that count, and none after the last.
    configure(rule("days", "<Prefix>tmp/</Prefix>", "<Days>5</Days>"));
    EXPECT_EQ(ask("GET", "/photos/a").header("x-amz-expiration"), "");
    EXPECT_EQ(ask("GET", "/photos/tmp/a").header("x-amz-expiration"),
              R"(expiry-date="Mon, 20 Nov 2023 00:00:00 GMT", rule-id="days")");
    ask("DELETE", "/photos?lifecycle");
    EXPECT_EQ(ask("GET", "/photos/tmp/a").header("x-amz-expiration"), "");
}

TEST_F(S3DoorTest, of_versions_only_the_newest_says_when_it_expires) {
    ask("PUT", "/photos?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    ask("PUT", "/photos?lifecycle", "<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status><Filter/><Expiration>"
                                    "<Days>1</Days></Expiration></Rule></LifecycleConfiguration>");
    const std::string older(ask("PUT", "/photos/a", "1").header("x-amz-version-id"));
    ask("PUT", "/photos/a", "2");
    EXPECT_NE(ask("GET", "/photos/a").header("x-amz-expiration"), "");
    EXPECT_EQ(ask("GET", "/photos/a?versionId=" + older).header("x-amz-expiration"), "");
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

TEST_F(S3DoorTest, a_web_site_redirects_with_a_code_of_redirects) {
    const auto configure = [&](const std::string& code) {
        return ask("PUT", "/photos?website",
                   "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument>"
                   "<RoutingRules><RoutingRule><Redirect><HostName>a</HostName><HttpRedirectCode>" +
                       code + "</HttpRedirectCode></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>");
    };
    for (const char* code : {"200", "99999", "x", "300", ""})
        EXPECT_EQ(code_of(configure(code)), "InvalidRequest") << code;
    EXPECT_EQ(configure("307").status(), 200u);
    EXPECT_EQ(ask("GET", "/a", {}, {}, "photos.s3-website.us-east-1.amazonaws.com").status(), 307u);
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

}  // namespace
}  // namespace faasd::aws::s3
