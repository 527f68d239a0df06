#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "items/plain_json.hpp"
#include "items/typed_json.hpp"
#include "items/value_support.hpp"

namespace faasd::items {

using namespace items;
namespace {

using nlohmann::json;
using testing::item;
using testing::N;
using testing::value;

std::string refusal(const std::string& typed) {
    const auto parsed = value_from_typed_json(json::parse(typed));
    return parsed ? "accepted" : parsed.error().message;
}

TEST(TypedJson, gives_back_what_it_read) {
    const json original = json::parse(R"({
        "s": {"S": "text"}, "n": {"N": "1.5"}, "b": {"B": "aGk="}, "t": {"BOOL": true}, "z": {"NULL": true},
        "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": ["aGk="]},
        "l": {"L": [{"S": "x"}, {"M": {"y": {"N": "1"}}}]}, "m": {"M": {}}})");
    EXPECT_EQ(to_typed_json(item_from_typed_json(original).value()), original);
}

TEST(TypedJson, refuses_with_the_documented_messages) {
    const std::string invalid = "One or more parameter values were invalid: ";
    const std::string empty =
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"({})", empty},
        {R"({"X": "a"})", empty},
        {R"({"S": null})", empty},
        {R"({"M": {"a": {}}})", empty},
        {R"({"L": [{}]})", empty},
        {R"({"NULL": false})", invalid + "Null attribute value types must have the value of true"},
        {R"({"SS": []})", invalid + "An string set  may not be empty"},
        {R"({"NS": []})", invalid + "An number set  may not be empty"},
        {R"({"BS": []})", invalid + "Binary sets should not be empty"},
        {R"({"SS": ["a", "a"]})", invalid + "Input collection [a, a] contains duplicates."},
        {R"({"BS": ["Yg==", "Yg=="]})",
         invalid + "Input collection [Yg==, Yg==]of type BS contains duplicates."},
        {R"({"NS": ["1", "1.0"]})", "Input collection contains duplicates"},
        {R"({"S": "a", "N": ""})", "The parameter cannot be converted to a numeric value"},
        {R"({"S": "a", "N": "b"})", "The parameter cannot be converted to a numeric value: b"},
        {R"({"NS": ["1", "b"]})", "The parameter cannot be converted to a numeric value: b"},
        {R"({"S": "a", "N": "1"})",
         "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
         "datatypes"},
        {R"({"N": 5})", "NUMBER_VALUE cannot be converted to String"},
        {R"({"S": true})", "TRUE_VALUE cannot be converted to String"},
        {R"({"S": {}})", "Start of structure or map found where not expected"},
        {R"({"B": 5})", "only base-64-encoded strings are convertible to bytes"},
        {R"({"B": "abc"})", "Base64 encoded length is expected a multiple of 4 bytes but found: 3"},
    };
    for (const auto& [typed, message] : cases)
        EXPECT_EQ(refusal(typed), message) << typed;
}

TEST(TypedJson, nesting_without_end_is_refused) {
    std::string deep = R"({"S": "x"})";
    for (int level = 0; level < 5000; ++level)
        deep = R"({"L": [)" + deep + "]}";
    EXPECT_THAT(refusal(deep), ::testing::HasSubstr("Nesting Levels have exceeded supported limits"));
}

TEST(PlainJson, is_what_the_document_clients_show) {
    const auto parsed = item_from_plain_text(
        R"({"id": 5, "name": "n", "ok": true, "nil": null, "tags": ["a", {"b": 1.50}]})");
    EXPECT_EQ(parsed.value(),
              item(R"({"id": {"N": "5"}, "name": {"S": "n"}, "ok": {"BOOL": true}, "nil": {"NULL": true},
        "tags": {"L": [{"S": "a"}, {"M": {"b": {"N": "1.5"}}}]}})"));
    EXPECT_EQ(to_plain_text(*parsed), R"({"id":5,"name":"n","nil":null,"ok":true,"tags":["a",{"b":1.5}]})");
    EXPECT_EQ(item_from_plain_json(to_plain_json(*parsed)).value(), *parsed);
}

TEST(PlainJson, numbers_keep_every_digit_in_text) {
    const std::string digits =
        "[12345678901234567890123456789012345678,0.1234567890123456789,-9007199254740993]";
    EXPECT_EQ(to_plain_text(value_from_plain_text(digits).value()), digits);
    EXPECT_EQ(value_from_plain_text("1e-130").value(), N("0." + std::string(129, '0') + "1"));
    EXPECT_EQ(value_from_plain_json(json(18446744073709551615ULL)).value(), N("18446744073709551615"));
    EXPECT_EQ(value_from_plain_json(json(0.1)).value(), N("0.1"));
}

TEST(PlainJson, binaries_and_sets_have_marks_both_ways) {
    const model::Item marked = item(R"({"b": {"B": "aGk="}, "s": {"SS": ["x", "y"]}, "n": {"NS": ["1", "2"]},
                                        "bs": {"BS": ["aGk="]}})");
    const std::string text =
        R"({"b":{"$binary":"aGk="},"bs":{"$binaries":["aGk="]},"n":{"$numbers":[1,2]},"s":{"$strings":["x","y"]}})";
    EXPECT_EQ(to_plain_text(marked), text);
    EXPECT_EQ(item_from_plain_text(text).value(), marked);
    EXPECT_EQ(to_plain_json(marked), json::parse(text));
    EXPECT_EQ(item_from_plain_json(json::parse(text)).value(), marked);
}

TEST(PlainJson, refusals_say_what_is_wrong) {
    const auto refused = [](std::string_view text) {
        const auto parsed = item_from_plain_text(text);
        return parsed ? "accepted" : parsed.error().message;
    };
    EXPECT_THAT(refused(R"({"a": )"), ::testing::HasSubstr("not valid JSON at byte"));
    EXPECT_THAT(refused("5"), ::testing::HasSubstr("an item is a JSON object"));
    EXPECT_THAT(refused(R"({"a": {"$binary": "?"}})"), ::testing::HasSubstr("$binary must be base64 text"));
    EXPECT_THAT(refused(R"({"a": {"$numbers": ["x"]}})"),
                ::testing::HasSubstr("$numbers must be an array of numbers"));
    EXPECT_THAT(refused(R"({"a": {"$strings": []}})"), ::testing::HasSubstr("may not be empty"));
    EXPECT_THAT(refused(R"({"a": 1e126})"), ::testing::HasSubstr("Number overflow"));
    EXPECT_THAT(refused(R"({"a": 1e999})"), ::testing::HasSubstr("beyond 9.99E+125"));
    EXPECT_THAT(refused(std::string(100'000, '[')), ::testing::HasSubstr("Nesting Levels"));
}

}  // namespace
}  // namespace faasd::items
