#include "items/item_codec.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "items/value_support.hpp"

namespace faasd::items {

using namespace items;
namespace {

using testing::item;

const char* const kEveryType = R"({
    "id": {"S": "a"}, "empty": {"S": ""}, "n": {"N": "-12.5"}, "b": {"B": "AP8="}, "yes": {"BOOL": true},
    "no": {"BOOL": false}, "nil": {"NULL": true}, "ss": {"SS": ["x", "y"]}, "ns": {"NS": ["1", "2.5"]},
    "bs": {"BS": ["AA==", "AQ=="]}, "l": {"L": [{"S": "a"}, {"L": []}, {"M": {}}]},
    "m": {"M": {"k": {"M": {"deep": {"N": "1"}}}}}})";

TEST(ItemCodec, gives_back_every_type_of_value) {
    const model::Item original = item(kEveryType);
    EXPECT_EQ(decode_item(encode_item(original)).value(), original);
    EXPECT_EQ(decode_item(encode_item({})).value(), model::Item{});
    const model::Item large{{"id", testing::S(std::string(300'000, 'x'))}};
    EXPECT_EQ(decode_item(encode_item(large)).value(), large);
}

TEST(ItemCodec, is_compact) {
    EXPECT_EQ(encode_item(item(R"({"id": {"S": "abc"}})")).size(), 1U + 1 + 1 + 2 + 1 + 1 + 3);
}

TEST(ItemCodec, refuses_every_truncation) {
    const std::string bytes = encode_item(item(kEveryType));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_FALSE(decode_item(std::string_view(bytes).substr(0, length))) << length;
    }
    EXPECT_FALSE(decode_item(bytes + "x")) << "and what is left over";
}

TEST(ItemCodec, survives_any_damage) {
    const std::string bytes = encode_item(item(kEveryType));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const int change : {0x01, 0x80, 0xFF}) {
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ change);
            static_cast<void>(decode_item(damaged));
        }
    }
    std::string deep("\x01\x01\x01k", 4);
    for (int level = 0; level < 100'000; ++level)
        deep += "\x09\x01";
    EXPECT_FALSE(decode_item(deep)) << "nesting beyond what items have";
}

TEST(ItemCodec, names_the_version_that_it_does_not_know) {
    EXPECT_THAT(decode_item(std::string_view("\x07\x00", 2)).error().message,
                ::testing::HasSubstr("format version 7"));
}

}  // namespace
}  // namespace faasd::items
