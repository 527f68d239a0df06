#include "model/pattern/event_pattern.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace faasd::model {
namespace {

using nlohmann::json;

EventPattern compiled(const std::string& pattern) {
    auto result = EventPattern::compile(json::parse(pattern));
    if (const auto* mistake = std::get_if<PatternMistake>(&result))
        throw std::runtime_error(mistake->where() + ": " + mistake->message);
    return std::get<EventPattern>(result);
}
bool matches(const std::string& pattern, const std::string& event) {
    return compiled(pattern).matches(json::parse(event));
}
PatternMistake mistake(const std::string& pattern) {
    auto result = EventPattern::compile(json::parse(pattern));
    if (const auto* found = std::get_if<PatternMistake>(&result)) return *found;
    return {{}, "no mistake", {}};
}

TEST(EventPattern, accepts_any_of_the_listed_values_exactly) {
    EXPECT_TRUE(matches(R"({"kind":["order","refund"]})", R"({"kind":"refund"})"));
    EXPECT_FALSE(matches(R"({"kind":["order","refund"]})", R"({"kind":"Order"})"));
    EXPECT_FALSE(matches(R"({"kind":["order"]})", R"({})"));
    EXPECT_TRUE(matches(R"({"n":[301]})", R"({"n":3.01e2})"));
    EXPECT_FALSE(matches(R"({"n":[301]})", R"({"n":"301"})"));
    EXPECT_TRUE(matches(R"({"n":[null]})", R"({"n":null})"));
    EXPECT_FALSE(matches(R"({"n":[null]})", R"({"n":""})"));
    EXPECT_TRUE(matches(R"({"n":[""]})", R"({"n":""})"));
    EXPECT_TRUE(matches(R"({"n":[true]})", R"({"n":true})"));
    EXPECT_FALSE(matches(R"({"n":[true]})", R"({"n":"true"})"));
}

TEST(EventPattern, wants_all_fields_at_any_depth_and_ignores_the_others) {
    const std::string pattern = R"({"a":[1],"b":{"c":["x"],"d":{"e":[true]}}})";
    EXPECT_TRUE(matches(pattern, R"({"a":1,"z":0,"b":{"c":"x","y":0,"d":{"e":true}}})"));
    EXPECT_FALSE(matches(pattern, R"({"a":1,"b":{"c":"x","d":{"e":false}}})"));
    EXPECT_FALSE(matches(pattern, R"({"a":1,"b":{"c":"x","d":true}})"));
    EXPECT_FALSE(matches(pattern, R"({"a":1,"b":"x"})"));
}

TEST(EventPattern, looks_at_the_beginning_and_the_end_of_texts) {
    EXPECT_TRUE(matches(R"({"key":[{"prefix":"in/"}]})", R"({"key":"in/a.png"})"));
    EXPECT_FALSE(matches(R"({"key":[{"prefix":"in/"}]})", R"({"key":"out/in/a.png"})"));
    EXPECT_TRUE(matches(R"({"key":[{"suffix":".png"}]})", R"({"key":"a.png"})"));
    EXPECT_FALSE(matches(R"({"key":[{"suffix":".png"}]})", R"({"key":"a.PNG"})"));
    EXPECT_TRUE(matches(R"({"key":[{"suffix":{"equals-ignore-case":".png"}}]})", R"({"key":"a.PNG"})"));
    EXPECT_TRUE(matches(R"({"key":[{"prefix":{"equals-ignore-case":"IN/"}}]})", R"({"key":"in/a"})"));
    EXPECT_TRUE(matches(R"({"key":[{"equals-ignore-case":"Alice"}]})", R"({"key":"aLICE"})"));
    EXPECT_FALSE(matches(R"({"key":[{"prefix":"1"}]})", R"({"key":12})"));
}

TEST(EventPattern, matches_wildcards_with_escapes) {
    const std::string pattern = R"({"key":[{"wildcard":"in/*/x*.png"}]})";
    EXPECT_TRUE(matches(pattern, R"({"key":"in/2026/11/x1.png"})"));
    EXPECT_TRUE(matches(pattern, R"({"key":"in//x.png"})"));
    EXPECT_FALSE(matches(pattern, R"({"key":"in/2026/x.jpg"})"));
    EXPECT_TRUE(matches(R"({"k":[{"wildcard":"*"}]})", R"({"k":""})"));
    EXPECT_TRUE(matches(R"({"k":[{"wildcard":"a\\*b"}]})", R"({"k":"a*b"})"));
    EXPECT_FALSE(matches(R"({"k":[{"wildcard":"a\\*b"}]})", R"({"k":"axb"})"));
    EXPECT_FALSE(matches(R"({"k":[{"wildcard":"ab*ba"}]})", R"({"k":"aba"})")) << "the ends do not overlap";
}

TEST(EventPattern, compares_numbers) {
    const std::string pattern = R"({"n":[{"numeric":[">",0,"<=",5]}]})";
    EXPECT_FALSE(matches(pattern, R"({"n":0})"));
    EXPECT_TRUE(matches(pattern, R"({"n":0.5})"));
    EXPECT_TRUE(matches(pattern, R"({"n":5})"));
    EXPECT_FALSE(matches(pattern, R"({"n":5.01})"));
    EXPECT_FALSE(matches(pattern, R"({"n":"3"})"));
    EXPECT_TRUE(matches(R"({"n":[{"numeric":["=",2]}]})", R"({"n":2.0})"));
    EXPECT_TRUE(matches(R"({"n":[{"numeric":["<",-1]}]})", R"({"n":-2})"));
}

TEST(EventPattern, asks_whether_a_leaf_exists) {
    EXPECT_TRUE(matches(R"({"a":[{"exists":true}]})", R"({"a":null})"));
    EXPECT_FALSE(matches(R"({"a":[{"exists":true}]})", R"({"b":1})"));
    EXPECT_FALSE(matches(R"({"a":[{"exists":true}]})", R"({"a":{"b":1}})")) << "an object is no leaf";
    EXPECT_TRUE(matches(R"({"a":[{"exists":false}]})", R"({"b":1})"));
    EXPECT_FALSE(matches(R"({"a":[{"exists":false}]})", R"({"a":1})"));
    EXPECT_TRUE(matches(R"({"a":{"b":[{"exists":false}]}})", R"({})"));
    EXPECT_TRUE(matches(R"({"a":["x",{"exists":false}]})", R"({})")) << "one of the list";
    EXPECT_TRUE(matches(R"({"a":["x",{"exists":false}]})", R"({"a":"x"})"));
}

TEST(EventPattern, takes_anything_but_what_is_named) {
    EXPECT_TRUE(matches(R"({"s":[{"anything-but":"done"}]})", R"({"s":"open"})"));
    EXPECT_FALSE(matches(R"({"s":[{"anything-but":"done"}]})", R"({"s":"done"})"));
    EXPECT_FALSE(matches(R"({"s":[{"anything-but":"done"}]})", R"({})")) << "a missing field is no value";
    EXPECT_FALSE(matches(R"({"s":[{"anything-but":["a",5]}]})", R"({"s":5})"));
    EXPECT_TRUE(matches(R"({"s":[{"anything-but":["a",5]}]})", R"({"s":6})"));
    EXPECT_FALSE(matches(R"({"s":[{"anything-but":{"prefix":["in","out"]}}]})", R"({"s":"output"})"));
    EXPECT_TRUE(matches(R"({"s":[{"anything-but":{"suffix":".tmp"}}]})", R"({"s":"a.png"})"));
    EXPECT_FALSE(matches(R"({"s":[{"anything-but":{"wildcard":"*/tmp/*"}}]})", R"({"s":"a/tmp/b"})"));
    EXPECT_FALSE(matches(R"({"s":[{"anything-but":{"equals-ignore-case":["A","B"]}}]})", R"({"s":"b"})"));
}

TEST(EventPattern, knows_blocks_of_addresses) {
    EXPECT_TRUE(matches(R"({"ip":[{"cidr":"10.0.0.0/24"}]})", R"({"ip":"10.0.0.255"})"));
    EXPECT_FALSE(matches(R"({"ip":[{"cidr":"10.0.0.0/24"}]})", R"({"ip":"10.0.1.0"})"));
    EXPECT_TRUE(matches(R"({"ip":[{"cidr":"10.0.0.128/25"}]})", R"({"ip":"10.0.0.200"})"));
    EXPECT_FALSE(matches(R"({"ip":[{"cidr":"10.0.0.128/25"}]})", R"({"ip":"10.0.0.100"})"));
    EXPECT_TRUE(matches(R"({"ip":[{"cidr":"0.0.0.0/0"}]})", R"({"ip":"1.2.3.4"})"));
    EXPECT_TRUE(matches(R"({"ip":[{"cidr":"2001:db8::/32"}]})", R"({"ip":"2001:db8:ffff::1"})"));
    EXPECT_FALSE(matches(R"({"ip":[{"cidr":"2001:db8::/32"}]})", R"({"ip":"10.0.0.1"})"));
    EXPECT_FALSE(matches(R"({"ip":[{"cidr":"10.0.0.0/24"}]})", R"({"ip":"localhost"})"));
}

TEST(EventPattern, takes_one_of_several_patterns) {
    const std::string pattern = R"({"s":["x"],"$or":[{"a":[1]},{"b":{"c":[{"numeric":[">",5]}]}}]})";
    EXPECT_TRUE(matches(pattern, R"({"s":"x","a":1})"));
    EXPECT_TRUE(matches(pattern, R"({"s":"x","b":{"c":6}})"));
    EXPECT_FALSE(matches(pattern, R"({"s":"x","a":2,"b":{"c":5}})"));
    EXPECT_FALSE(matches(pattern, R"({"s":"y","a":1})"));
}

TEST(EventPattern, matches_a_list_by_one_of_its_elements) {
    EXPECT_TRUE(matches(R"({"tags":["b"]})", R"({"tags":["a","b"]})"));
    EXPECT_FALSE(matches(R"({"tags":["c"]})", R"({"tags":["a","b"]})"));
    EXPECT_TRUE(matches(R"({"tags":[{"anything-but":"a"}]})", R"({"tags":["a","b"]})"));
    EXPECT_FALSE(matches(R"({"tags":[{"exists":true}]})", R"({"tags":[]})"));
    EXPECT_TRUE(matches(R"({"r":{"k":["x"],"n":[2]}})", R"({"r":[{"k":"y","n":2},{"k":"x","n":2}]})"));
    EXPECT_FALSE(matches(R"({"r":{"k":["x"],"n":[2]}})", R"({"r":[{"k":"y","n":2},{"k":"x","n":1}]})"))
        << "an object of a list matches as a whole";
}

TEST(EventPattern, says_where_a_mistake_is_and_what_to_write) {
    const auto expect = [](const std::string& pattern, const std::string& where, const std::string& message,
                           const std::string& hint = {}) {
        const PatternMistake found = mistake(pattern);
        EXPECT_EQ(found.where(), where) << pattern;
        EXPECT_NE(found.message.find(message), std::string::npos) << pattern << ": " << found.message;
        EXPECT_NE(found.hint.find(hint), std::string::npos) << pattern << ": " << found.hint;
    };
    expect("5", "the pattern", "a pattern is a mapping");
    expect("{}", "the pattern", "an empty pattern");
    expect(R"({"a":"x"})", "a", "outside of a list", R"(["x"])");
    expect(R"({"a":{"prefix":"x"}})", "a", "'prefix' stands outside of a list", R"([{"prefix":"x"}])");
    expect(R"({"a":[]})", "a", "an empty list");
    expect(R"({"a":[["x"]]})", "a[0]", "a list within a list");
    expect(R"({"a":["x",{"perfix":"y"}]})", "a[1].perfix", "unknown operator 'perfix'",
           "did you mean 'prefix'?");
    expect(R"({"a":[{"prefix":"x","suffix":"y"}]})", "a[0]", "one operator, this has 2");
    expect(R"({"a":[{"prefix":5}]})", "a[0].prefix", "takes a text, not 5");
    expect(R"({"a":{"b":[{"numeric":[">","5"]}]}})", "a.b[0].numeric[1]", "\"5\" is not a number");
    expect(R"({"a":[{"numeric":["!",5]}]})", "a[0].numeric[0]", "not a comparison");
    expect(R"({"a":[{"numeric":[">",5,"<",1]}]})", "a[0].numeric", "no number is in this range");
    expect(R"({"a":[{"numeric":[">",5,">",1]}]})", "a[0].numeric[2]", "not a comparison that fits");
    expect(R"({"a":[{"exists":"yes"}]})", "a[0].exists", "true or false");
    expect(R"({"a":[{"cidr":"10.0.0.0/33"}]})", "a[0].cidr", "no block of addresses");
    expect(R"({"a":[{"cidr":"10.0.0/8"}]})", "a[0].cidr", "no block of addresses");
    expect(R"({"a":[{"wildcard":"a**b"}]})", "a[0].wildcard", "two stars in a row");
    expect(R"({"a":[{"anything-but":{"numeric":[1]}}]})", "a[0].anything-but", "does not take");
    expect(R"({"$or":[{"a":[1]}]})", "$or", "at least two patterns");
    expect(R"({"$or":[{"a":[1]},{}]})", "$or[1]", "an empty pattern");
    expect(R"({"a":[")" + std::string(5000, 'x') + R"("]})", "the pattern", "at most 4096");
}

TEST(EventPattern, is_not_harmed_by_deep_patterns_or_events) {
    std::string deep = "[1]", event = "1", lists(3000, '[');
    for (int i = 0; i < 100; ++i)
        deep = "{\"a\":" + deep + "}";
    EXPECT_NE(mistake(deep).message.find("too deep"), std::string::npos);
    lists += "1" + std::string(3000, ']');
    EXPECT_FALSE(matches(R"({"a":[1]})", R"({"a":)" + lists + "}"));
    EXPECT_FALSE(matches(R"({"a":{"b":[1]}})", R"({"a":)" + lists + "}"));
}

TEST(EventPattern, is_equal_to_another_of_the_same_meaning) {
    EXPECT_EQ(compiled(R"({"a":[1],"b":[2]})"), compiled(R"({ "b":[2], "a":[1] })"));
    EXPECT_FALSE(compiled(R"({"a":[1]})") == compiled(R"({"a":[2]})"));
}

}  // namespace
}  // namespace faasd::model
