#include "base/json.hpp"

#include <gtest/gtest.h>

namespace faasd::base {
namespace {

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(Json, from_outside_is_refused_where_it_is_too_deep_to_be_copied) {
    EXPECT_EQ(to_text(parse_json(nested(kDeepestJson))), nested(kDeepestJson));
    EXPECT_TRUE(parse_json(nested(kDeepestJson + 1)).is_discarded());
    EXPECT_TRUE(parse_json(nested(1'000'000)).is_discarded());
    EXPECT_TRUE(parse_json(nested(5), 4).is_discarded());
    EXPECT_FALSE(parse_json(nested(5), 5).is_discarded());
}

TEST(Json, is_as_deep_as_its_brackets_outside_of_strings) {
    EXPECT_FALSE(nests_deeper(R"(["[[[[\"[[[["])", 1));
    EXPECT_TRUE(nests_deeper(R"(["]]]]",[{"]":[0]}]])", 3));
    EXPECT_FALSE(nests_deeper(R"([[],[],[{}],{"a":[]}])", 3));
}

}  // namespace
}  // namespace faasd::base
