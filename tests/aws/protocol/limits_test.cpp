#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "aws/protocol/limited_json.hpp"
#include "aws/protocol/xml.hpp"

namespace faasd::aws {
namespace {

std::string lists(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}
std::string elements(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i)
        text += "<a>";
    for (std::size_t i = 0; i < depth; ++i)
        text += "<b/></a>";
    return text;
}

TEST(LimitedJson, reads_what_is_neither_long_nor_nested_deeply) {
    EXPECT_EQ(parse_limited(R"({"a": ["[[[[", "\"[[["]})", 100, 2), nlohmann::json::parse(R"({"a": ["[[[[", "\"[[["]})"));
    EXPECT_TRUE(parse_limited(lists(32)).is_array());
    EXPECT_TRUE(parse_limited(lists(33)).is_discarded());
    EXPECT_TRUE(parse_limited(lists(1'000'000), std::string::npos).is_discarded());
    EXPECT_TRUE(parse_limited('"' + std::string(kPolicyBytes - 2, 'x') + '"').is_string());
    EXPECT_TRUE(parse_limited('"' + std::string(kPolicyBytes - 1, 'x') + '"').is_discarded());
    for (const char* broken : {"", "]", "[", "{\"a", "\"\\"})
        EXPECT_TRUE(parse_limited(broken).is_discarded()) << broken;
}

TEST(Xml, tells_how_deeply_it_is_nested) {
    const auto deeper = [](const std::string& text, std::size_t most) {
        pugi::xml_document document;
        EXPECT_TRUE(document.load_string(text.c_str()));
        return nests_deeper(document, most);
    };
    EXPECT_FALSE(deeper("<a/>", 1));
    EXPECT_TRUE(deeper("<a><b/></a>", 1));
    EXPECT_FALSE(deeper("<a><b><c/></b><b/><b><c/></b></a>", 3));
    EXPECT_TRUE(deeper("<a><b><c/></b><b/><b><c><d/></c></b></a>", 3));
    EXPECT_TRUE(deeper(elements(100'000), 32));
    EXPECT_FALSE(nests_deeper(pugi::xml_document{}, 0));
}

}  // namespace
}  // namespace faasd::aws
