// What a bucket is set to do: CORS, notifications, a web site, a lifecycle.
#include "aws/s3/door_fixture.hpp"

namespace faasd::aws::s3 {
namespace {

using namespace test;

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

}  // namespace
}  // namespace faasd::aws::s3
