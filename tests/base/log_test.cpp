// What is written into log lines and refusals.
#include "base/log.hpp"

#include <gtest/gtest.h>

namespace faasd::base {
namespace {

TEST(JsonEscape, keeps_text_and_escapes_what_json_cannot_hold) {
    EXPECT_EQ(json_escape("a\"b\\c\n\x01"), "a\\\"b\\\\c\\n\\u0001");
    EXPECT_EQ(json_escape("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(json_escape("bytes \xff\xfe"), "bytes \\ufffd\\ufffd");
}

}  // namespace
}  // namespace faasd::base
