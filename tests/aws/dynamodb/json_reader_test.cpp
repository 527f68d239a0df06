#include "aws/dynamodb/json_reader.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace faasd::aws::dynamodb {
namespace {

bool is_json(std::string_view text) {
    try {
        JsonReader reader(text);
        reader.skip();
        reader.finish();
        return true;
    } catch (const Malformed&) {
        return false;
    }
}

TEST(JsonReader, takes_and_refuses_what_a_parser_does) {
    for (const char* text : {"{}", "[]", " [ ] ", R"({"a":1})", R"({"a":1,})", R"([1,])", R"([,1])", R"({"a"})", R"({a:1})", "1", "-1", "01", "-",
                             "1.5", "1.", ".5", "1e5", "1e", "1E+5", "true", "tru", "null", "nul", R"("a)", R"("\u00e9")", R"("\u00g9")",
                             R"("\x")", "\"\n\"", "[1 2]", R"({"a":1 "b":2})", "{}{}", "", " ", "[", "{", R"({"a":)", R"(["\ud83d\ude00"])"})
        EXPECT_EQ(is_json(text), nlohmann::json::accept(text)) << text;
}

TEST(JsonReader, reads_escapes_as_characters) {
    std::string out;
    JsonReader(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")").string(out);
    EXPECT_EQ(out, "\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80");
    JsonReader(R"("\ud83dx\ude00")").string(out);
    EXPECT_EQ(out, "\xEF\xBF\xBDx\xEF\xBF\xBD");
}

TEST(JsonReader, does_not_overflow_the_stack_of_text_that_is_nested_deeply) {
    EXPECT_FALSE(is_json(std::string(100'000, '[')));
    EXPECT_TRUE(is_json(std::string(200, '[') + std::string(200, ']')));
}

}  // namespace
}  // namespace faasd::aws::dynamodb
