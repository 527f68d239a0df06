#include "aws/sqs/flat_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace faasd::aws::sqs {
namespace {

// What the reader makes of an object of texts and integers, and of arrays of such objects; null where it
// leaves it.
nlohmann::json read_object(FlatJson& reader) {
    nlohmann::json object = nlohmann::json::object();
    std::string_view name;
    if (!reader.open_object()) return nullptr;
    while (reader.next_member(name)) {
        const std::string key(name);
        if (key == "list") {
            nlohmann::json list = nlohmann::json::array();
            if (!reader.open_array()) return nullptr;
            while (reader.next_element()) {
                list.push_back(read_object(reader));
                if (list.back().is_null()) return nullptr;
            }
            if (!reader.ended()) return nullptr;
            object[key] = std::move(list);
        } else if (key == "n") {
            const auto value = reader.integer();
            if (!value) return nullptr;
            object[key] = *value;
        } else {
            const auto value = reader.text();
            if (!value) return nullptr;
            object[key] = *value;
        }
    }
    return reader.ended() ? object : nlohmann::json();
}

nlohmann::json read(std::string_view text) {
    FlatJson reader(text);
    auto object = read_object(reader);
    return reader.at_end() ? object : nlohmann::json();
}

TEST(FlatJson, reads_what_a_parser_reads) {
    for (const char* text :
         {R"({})", R"( { "a" : "b" } )", R"({"a":"x\"\\\/\b\f\n\r\ty","n":-12})", R"({"n":0,"a":"ü"})",
          R"({"list":[]})", R"({"list":[{"a":"1"},{"n":2}],"b":"c"})", R"({"a":"1","a":"2"})"})
        EXPECT_EQ(read(text), nlohmann::json::parse(text)) << text;
}

TEST(FlatJson, leaves_what_is_more_or_no_json_at_all) {
    for (const char* text : {"",
                             "[]",
                             "{",
                             R"({"a"})",
                             R"({"a":})",
                             R"({"a":"b",})",
                             R"({,"a":"b"})",
                             R"({"a":"b"}x)",
                             R"({"a":"b" "c":"d"})",
                             R"({"a":1})",
                             R"({"a":null})",
                             R"({"a":"\u0041"})",
                             R"({"a":"\x"})",
                             "{\"a\":\"\n\"}",
                             R"({"a":"b)",
                             R"({"a":"b\)",
                             R"({"n":1.5})",
                             R"({"n":1e3})",
                             R"({"n":007})",
                             R"({"n":99999999999999999999})",
                             R"({"n":-})",
                             R"({"n":"1"})",
                             R"({"list":[{"a":"1"}})",
                             R"({"list":[{"a":"1"},]})",
                             R"({"list":{}})",
                             R"({"\u0061":"b"})"})
        EXPECT_TRUE(read(text).is_null()) << text;
}

}  // namespace
}  // namespace faasd::aws::sqs
