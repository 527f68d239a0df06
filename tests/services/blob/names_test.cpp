#include "services/blob/names.hpp"

#include <gmock/gmock.h>

namespace faasd::blob {
namespace {

using model::BlobErrc;
using ::testing::HasSubstr;

TEST(BucketName, names_that_the_rules_allow_are_accepted) {
    for (const char* name : {"abc", "my-bucket", "my.bucket.2", "0-9", "1.2.3.4a", "1.2.3"}) {
        EXPECT_TRUE(check_bucket_name(name)) << name;
    }
    EXPECT_TRUE(check_bucket_name(std::string(63, 'a')));
}

TEST(BucketName, each_broken_rule_is_named) {
    const std::pair<std::string, const char*> cases[]{
        {"", "3 to 63"},
        {"ab", "3 to 63"},
        {std::string(64, 'a'), "3 to 63"},
        {"Photos", "lowercase"},
        {"my_bucket", "lowercase"},
        {"my/bucket", "lowercase"},
        {std::string("a\0b", 3), "lowercase"},
        {"-bucket", "begin and end"},
        {"bucket-", "begin and end"},
        {".bucket", "begin and end"},
        {"my..bucket", "two dots"},
        {"192.168.5.4", "IP address"},
        {"999.999.999.999", "IP address"},
        {"xn--bucket", "prefixes"},
        {"sthree-bucket", "prefixes"},
        {"sthree-configurator", "prefixes"},
        {"amzn-s3-demo-bucket", "prefixes"},
        {"bucket-s3alias", "suffixes"},
        {"bucket--ol-s3", "suffixes"},
        {"bucket.mrap", "suffixes"},
        {"bucket--x-s3", "suffixes"},
        {"bucket--table-s3", "suffixes"},
    };
    for (const auto& [name, rule] : cases) {
        const auto result = check_bucket_name(name);
        ASSERT_FALSE(result) << name;
        EXPECT_EQ(result.error().code, BlobErrc::invalid_bucket_name) << name;
        EXPECT_THAT(result.error().message, HasSubstr(rule)) << name;
    }
}

TEST(ObjectKey, one_to_1024_bytes_of_utf8_are_a_key) {
    EXPECT_TRUE(check_key("a"));
    EXPECT_TRUE(check_key("../../etc/passwd"));
    EXPECT_TRUE(check_key("Fotos/Übergröße/🚀.jpg"));
    EXPECT_TRUE(check_key(std::string(1024, 'k')));
    for (const std::string& key : {std::string(), std::string(1025, 'k'), std::string("\xff\xfe")}) {
        const auto result = check_key(key);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, BlobErrc::invalid_key);
    }
}

TEST(PutOptions, metadata_names_become_lower_case_and_headers_canonical) {
    model::PutOptions options;
    options.content_type = "";
    options.metadata = {{"UserId", "42"}};
    options.headers = {{"cache-control", "no-store"}, {"EXPIRES", "0"}};
    ASSERT_TRUE(check_and_normalize(options));
    EXPECT_EQ(options.content_type, "binary/octet-stream");
    EXPECT_EQ(options.metadata, (model::Metadata{{"userid", "42"}}));
    EXPECT_EQ(options.headers, (model::Metadata{{"Cache-Control", "no-store"}, {"Expires", "0"}}));
}

TEST(PutOptions, metadata_has_at_most_2048_bytes_of_names_and_values) {
    model::PutOptions options;
    options.metadata = {{"name", std::string(2044, 'v')}};
    EXPECT_TRUE(check_and_normalize(options));
    options.metadata = {{"name", std::string(2045, 'v')}};
    const auto result = check_and_normalize(options);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, BlobErrc::metadata_too_large);
    EXPECT_THAT(result.error().message, HasSubstr("2049"));
}

TEST(PutOptions, what_would_break_out_of_a_header_is_refused) {
    const auto refused = [](auto change) {
        model::PutOptions options;
        change(options);
        return check_and_normalize(options).has_error();
    };
    EXPECT_TRUE(refused([](auto& o) { o.content_type = "text/html\r\nSet-Cookie: x"; }));
    EXPECT_TRUE(refused([](auto& o) { o.metadata = {{"a", "b\nc"}}; }));
    EXPECT_TRUE(refused([](auto& o) { o.metadata = {{"a:b", "c"}}; }));
    EXPECT_TRUE(refused([](auto& o) { o.metadata = {{"", "c"}}; }));
    EXPECT_TRUE(refused([](auto& o) { o.metadata = {{"a", std::string("b\0c", 3)}}; }));
    EXPECT_TRUE(refused([](auto& o) { o.headers = {{"Cache-Control", "a\r\nb"}}; }));
    EXPECT_TRUE(refused([](auto& o) { o.headers = {{"Server", "x"}}; }));
    EXPECT_TRUE(refused([](auto& o) { o.content_md5 = "too short"; }));
    EXPECT_TRUE(refused([](auto& o) { o.if_none_match = "an-etag"; }));
    EXPECT_FALSE(refused([](auto& o) { o.if_none_match = "*"; }));
}

}  // namespace
}  // namespace faasd::blob
