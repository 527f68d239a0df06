#include "items/key.hpp"

#include <string>

#include <gtest/gtest.h>

#include "items/value_support.hpp"

namespace faasd::items {

using namespace items;
namespace {

using testing::B;
using testing::item;
using testing::N;
using testing::S;
using testing::show;

const model::KeySchema kHashOnly{{"id", model::KeyType::string}, {}};
const model::KeySchema kHashAndRange{{"id", model::KeyType::string},
                                     model::KeyAttribute{"at", model::KeyType::number}};

TEST(Key, bytes_keep_the_value_and_its_order) {
    for (const auto& [value, type] :
         {std::pair{S("h\u00e9llo"), model::KeyType::string}, std::pair{N("-12.5"), model::KeyType::number},
          std::pair{B(std::string("\x00\xff", 2)), model::KeyType::binary}}) {
        EXPECT_EQ(decode_key(encode_key(value), type).value(), value);
    }
    EXPECT_LT(encode_key(N("-5")), encode_key(N("3")));
    EXPECT_LT(encode_key(N("9")), encode_key(N("10")));
    EXPECT_LT(encode_key(S("a")), encode_key(S("aa")));
}

TEST(Key, everything_with_a_prefix_lies_below_what_comes_after_it) {
    EXPECT_EQ(after_prefix("ab"), "ac");
    EXPECT_EQ(after_prefix("a\xff"), "b");
    EXPECT_EQ(after_prefix("\xff\xff"), "");
    EXPECT_EQ(after_prefix(""), "");
}

TEST(Key, a_key_parameter_is_exactly_the_key_of_the_schema) {
    const std::string mismatch = "The provided key element does not match the schema";
    EXPECT_EQ(show(check_key(kHashOnly, item(R"({"id": {"S": "a"}})"))), "fine");
    EXPECT_EQ(show(check_key(kHashAndRange, item(R"({"id": {"S": "a"}, "at": {"N": "1"}})"))), "fine");
    EXPECT_EQ(show(check_key(kHashOnly, {})), mismatch);
    EXPECT_EQ(show(check_key(kHashOnly, item(R"({"other": {"S": "a"}})"))), mismatch);
    EXPECT_EQ(show(check_key(kHashOnly, item(R"({"id": {"N": "1"}})"))), mismatch);
    EXPECT_EQ(show(check_key(kHashOnly, item(R"({"id": {"S": "a"}, "x": {"S": "b"}})"))), mismatch);
    EXPECT_EQ(show(check_key(kHashAndRange, item(R"({"id": {"S": "a"}})"))), mismatch);
    EXPECT_EQ(show(check_key(kHashOnly, item(R"({"id": {"S": ""}})"))),
              "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
              "contain an "
              "empty string value. Key: id");
}

TEST(Key, hash_keys_have_up_to_2048_bytes_and_range_keys_up_to_1024) {
    const model::KeySchema schema{{"id", model::KeyType::string},
                                  model::KeyAttribute{"r", model::KeyType::binary}};
    const auto key = [](std::size_t hash, std::size_t range) {
        return model::Item{{"id", S(std::string(hash, 'x'))}, {"r", B(std::string(range, 'x'))}};
    };
    EXPECT_EQ(show(check_key(schema, key(2048, 1024))), "fine");
    EXPECT_EQ(
        show(check_key(schema, key(2049, 1))),
        "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit "
        "of2048 bytes");
    EXPECT_EQ(
        show(check_item_key(schema, key(1, 1025))),
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size "
        "limit of 1024 bytes");
}

TEST(Key, an_item_to_put_holds_its_key) {
    EXPECT_EQ(
        show(check_item_key(kHashAndRange, item(R"({"id": {"S": "a"}, "at": {"N": "1"}, "x": {"L": []}})"))),
        "fine");
    EXPECT_EQ(show(check_item_key(kHashAndRange, item(R"({"id": {"S": "a"}})"))),
              "One or more parameter values were invalid: Missing the key at in the item");
    EXPECT_EQ(show(check_item_key(kHashOnly, item(R"({"id": {"N": "1"}})"))),
              "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N");
}

TEST(Key, an_index_key_may_be_missing_but_not_of_another_type_or_empty) {
    model::IndexDefinition index;
    index.name = "by_owner";
    index.key.hash = {"owner", model::KeyType::string};
    EXPECT_EQ(show(check_index_key(index, item(R"({"id": {"S": "a"}})"))), "fine");
    EXPECT_EQ(show(check_index_key(index, item(R"({"owner": {"S": "ann"}})"))), "fine");
    EXPECT_EQ(
        show(check_index_key(index, item(R"({"owner": {"N": "1"}})"))),
        "One or more parameter values were invalid: Type mismatch for Index Key owner Expected: S Actual: N "
        "IndexName: by_owner");
    EXPECT_EQ(
        show(check_index_key(index, item(R"({"owner": {"S": ""}})"))),
        "One or more parameter values are not valid. A value specified for a secondary index key is not "
        "supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: "
        "by_owner, IndexKey: owner");
}

TEST(Key, a_start_key_has_the_keys_of_table_and_index) {
    const model::KeySchema index{{"owner", model::KeyType::string}, {}};
    EXPECT_EQ(show(check_start_key(kHashOnly, nullptr, item(R"({"id": {"S": "a"}})"))), "fine");
    EXPECT_EQ(show(check_start_key(kHashOnly, &index, item(R"({"id": {"S": "a"}, "owner": {"S": "b"}})"))),
              "fine");
    for (const char* bad : {R"({})", R"({"id": {"S": "a"}})", R"({"id": {"S": "a"}, "owner": {"N": "1"}})",
                            R"({"id": {"S": "a"}, "owner": {"S": "b"}, "x": {"S": "c"}})"}) {
        EXPECT_EQ(show(check_start_key(kHashOnly, &index, item(bad))),
                  "The provided starting key is invalid");
    }
}

TEST(Key, is_what_is_left_of_an_item_without_its_other_attributes) {
    EXPECT_EQ(key_of(kHashAndRange, item(R"({"id": {"S": "a"}, "at": {"N": "1"}, "x": {"S": "b"}})")),
              item(R"({"id": {"S": "a"}, "at": {"N": "1"}})"));
}

}  // namespace
}  // namespace faasd::items
