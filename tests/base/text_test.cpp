#include "base/text.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace faasd::base {
namespace {

TEST(PercentDecoding, happens_once_and_refuses_a_broken_escape) {
    EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
    EXPECT_EQ(percent_decode("%2541"), "%41");
    EXPECT_EQ(percent_decode("a+b"), "a+b");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    for (const char* text : {"%", "%2", "%zz", "x%4"})
        EXPECT_FALSE(percent_decode(text).has_value()) << text;
}

TEST(PercentEncoding, leaves_what_is_unreserved_and_what_it_is_told_to_keep) {
    EXPECT_EQ(percent_encode("a b/ü~"), "a%20b%2F%C3%BC~");
    EXPECT_EQ(percent_encode("a b/c", "/"), "a%20b/c");
}

TEST(Utf8, is_checked_strictly) {
    EXPECT_TRUE(is_valid_utf8(""));
    EXPECT_TRUE(is_valid_utf8("grüße \xF0\x9F\x9A\x80"));
    for (const char* text : {"\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80", "a\xFF", "\xF0\x8F\xBF\xBF"})
        EXPECT_FALSE(is_valid_utf8(text));
}

TEST(Closest, guesses_only_what_is_near) {
    const std::vector<std::string> names{"timeout", "concurrency", "environment"};
    EXPECT_EQ(closest("timout", names), "timeout");
    EXPECT_EQ(closest("Timeout", names), "timeout");
    EXPECT_EQ(closest("enviroment", names), "environment");
    EXPECT_FALSE(closest("xyz", names).has_value());
    EXPECT_FALSE(closest("", names).has_value());
}

TEST(Glob, a_star_stays_within_a_folder_and_two_stars_do_not) {
    EXPECT_TRUE(glob_match("*.jpg", "cat.jpg"));
    EXPECT_FALSE(glob_match("*.jpg", "a/cat.jpg"));
    EXPECT_TRUE(glob_match("**/*.jpg", "a/b/cat.jpg"));
    EXPECT_TRUE(glob_match("**/*.jpg", "cat.jpg"));
    EXPECT_TRUE(glob_match("**", "a/b"));
    EXPECT_TRUE(glob_match("a/**/b", "a/b"));
    EXPECT_FALSE(glob_match("a/*/b", "a/b"));
}

TEST(Glob, has_sets_choices_and_single_characters) {
    EXPECT_TRUE(glob_match("*.{jpg,png}", "x.png"));
    EXPECT_FALSE(glob_match("*.{jpg,png}", "x.gif"));
    EXPECT_TRUE(glob_match("[a-c]?", "bz"));
    EXPECT_FALSE(glob_match("[!a-c]*", "bz"));
    EXPECT_TRUE(glob_match("[", "["));
    EXPECT_TRUE(glob_match("\\*", "*"));
    EXPECT_FALSE(glob_match("?", "/"));
}

TEST(Glob, a_hostile_pattern_takes_no_exponential_time) {
    std::string pattern;
    for (int i = 0; i < 60; ++i)
        pattern += "*a";
    EXPECT_FALSE(glob_match(pattern + "b", std::string(400, 'a')));
}

}  // namespace
}  // namespace faasd::base
