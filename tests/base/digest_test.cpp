#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace faasd::base {
namespace {

TEST(Digests, are_those_of_the_standards) {
    EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");  // RFC 1321
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Digest pieces(DigestKind::sha1);
    pieces.update("a");
    pieces.update("bc");
    EXPECT_EQ(to_hex(pieces.finish()), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(Base64, is_that_of_rfc_4648) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},
                                                           {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(base64_decode(text), bytes);
    }
    std::string all;
    for (int i = 0; i < 256; ++i)
        all.push_back(static_cast<char>(i));
    EXPECT_EQ(base64_decode(base64_encode(all)), all);
}

TEST(Base64, refuses_what_is_not_base64) {
    for (const char* text : {"Z", "Zg", "Zg=", "Z===", "Zm9v!", "====", "Zg==Zg=="})
        EXPECT_FALSE(base64_decode(text).has_value()) << text;
}

}  // namespace
}  // namespace faasd::base
