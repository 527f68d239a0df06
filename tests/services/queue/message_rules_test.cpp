#include "services/queue/message_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/queue/content.hpp"
#include "services/queue/receipt.hpp"

namespace faasd::queue {
namespace {

using model::MessageAttribute;
using model::QueueErrc;

TEST(MessageRules, the_characters_of_xml_are_allowed_and_no_others) {
    EXPECT_TRUE(has_only_allowed_characters("tab\t line\n return\r text ~ \x7f"));
    EXPECT_TRUE(has_only_allowed_characters("\xed\x9f\xbf"));      // U+D7FF
    EXPECT_TRUE(has_only_allowed_characters("\xee\x80\x80"));      // U+E000
    EXPECT_TRUE(has_only_allowed_characters("\xef\xbf\xbd"));      // U+FFFD
    EXPECT_TRUE(has_only_allowed_characters("\xf0\x90\x80\x80"));  // U+10000
    EXPECT_TRUE(has_only_allowed_characters("\xf4\x8f\xbf\xbf"));  // U+10FFFF
    for (const std::string& bad :
         {std::string(1, '\0'), std::string("\x08"), std::string("\x0b"), std::string("\x1f"),
          std::string("\xef\xbf\xbe"), std::string("\xef\xbf\xbf"),  // U+FFFE, U+FFFF
          std::string("\xed\xa0\x80"),                               // a surrogate
          std::string("\xf4\x90\x80\x80"), std::string("\xc0\x80"), std::string("\xff"),
          std::string("\xef\xbf")}) {
        EXPECT_FALSE(has_only_allowed_characters("a" + bad)) << testing::PrintToString(bad);
    }
}

TEST(MessageRules, md5_of_attributes_is_what_sqs_computes) {
    EXPECT_EQ(md5_of_attributes({}), "");
    // Known answers of clients of the real service.
    EXPECT_EQ(md5_of_attributes({{"timestamp", {"Number", "1493147359900"}}}),
              "235c5c510d26fb653d073faed50ae77c");
    EXPECT_EQ(md5_of_attributes({{"timestamp", {"Number.java.lang.Long", "1493147359900"}}}),
              "2e2e4876d8e0bd6b8c2c8f556831c349");
}

TEST(MessageRules, attribute_names_are_checked) {
    const MessageAttribute value{"String", "v"};
    for (const char* good : {"a", "a.b", "A-1_x", "awsome"})
        EXPECT_TRUE(check_message_attribute(good, value)) << good;
    for (const char* bad : {"", ".a", "a.", "a..b", "a b", "ä", "AWS.x", "aws.x", "Amazon.x", "AMAZON.x"}) {
        EXPECT_TRUE(check_message_attribute(bad, value).has_error()) << bad;
    }
    EXPECT_TRUE(check_message_attribute(std::string(256, 'a'), value));
    EXPECT_TRUE(check_message_attribute(std::string(257, 'a'), value).has_error());
}

TEST(MessageRules, attribute_types_and_values_are_checked) {
    const auto ok = [](const char* type, const std::string& value) {
        return check_message_attribute("name", {type, value}).has_value();
    };
    EXPECT_TRUE(ok("String", "text"));
    EXPECT_TRUE(ok("String.json", "{}"));
    EXPECT_TRUE(ok("Binary", std::string("\0", 1)));
    EXPECT_TRUE(ok("Binary.png", "\x89PNG"));
    EXPECT_FALSE(ok("", "v"));
    EXPECT_FALSE(ok("Text", "v"));
    EXPECT_FALSE(ok("string", "v"));
    EXPECT_FALSE(ok("Strings", "v"));
    EXPECT_FALSE(ok("String", ""));
    EXPECT_FALSE(ok("String", "\x01"));
    for (const char* number : {"0", "-1", "+1.5", "1e10", "1E+10", ".5", "5.",
                               "12345678901234567890123456789012345678", "1e126", "0.000", "1e-127"}) {
        EXPECT_TRUE(ok("Number", number)) << number;
    }
    for (const char* number : {"", "-", ".", "one", "1 ", " 1", "1e", "1e1.5", "1.2.3", "0x10", "1e127",
                               "1e-129", "123456789012345678901234567890123456789", "NaN", "1e99999999999"}) {
        EXPECT_FALSE(ok("Number", number)) << number;
    }
}

TEST(MessageRules, a_message_needs_a_body_and_at_most_ten_attributes) {
    model::SendRequest request;
    EXPECT_TRUE(prepare(request).has_error());
    request.body = "m";
    for (int i = 0; i < 10; ++i)
        request.attributes.emplace("a" + std::to_string(i), MessageAttribute{"String", "v"});
    EXPECT_TRUE(prepare(request).has_value());
    request.attributes.emplace("one-more", MessageAttribute{"String", "v"});
    EXPECT_TRUE(prepare(request).has_error());
    request.attributes.clear();
    request.system_attributes = {{"Other", "v"}};
    EXPECT_TRUE(prepare(request).has_error());
}

TEST(MessageContent, comes_back_as_it_was_and_damage_is_noticed) {
    model::SendRequest request;
    request.body = std::string(300, 'b');
    request.trace = "t";
    request.group_id = "g";
    request.attributes = {{"x", {"String", std::string(200, 'v')}},
                          {"y", {"Binary", std::string("\0\xff", 2)}}};
    request.system_attributes = {{"AWSTraceHeader", "Root"}};
    const std::string bytes = encode_content(prepare(request).value(), "d");
    model::Message message;
    decode_content(bytes, message);
    EXPECT_EQ(message.body, request.body);
    EXPECT_EQ(message.trace, "t");
    EXPECT_EQ(message.group_id, "g");
    EXPECT_EQ(message.deduplication_id, "d");
    EXPECT_EQ(message.attributes, request.attributes);
    EXPECT_EQ(message.system_attributes, request.system_attributes);
    const std::size_t head = bytes.size() - request.body.size();
    for (std::size_t size = 0; size < head; ++size) {
        model::Message damaged;
        EXPECT_THROW(decode_content(std::string_view(bytes).substr(0, size), damaged), std::runtime_error)
            << size;
    }
}

TEST(Receipt, a_handle_gives_back_its_receipt_to_the_key_that_issued_it) {
    const ReceiptKey key("0123456789abcdef");
    const ReceiptKey other("0123456789abcdeF");
    const Receipt receipt{7, 1'000'000'007, 3, base::from_micros(1'700'000'000'000'000)};
    const auto handle = key.issue(receipt);
    EXPECT_EQ(key.read(handle), receipt);
    EXPECT_EQ(other.read(handle), std::nullopt);
    for (std::size_t i = 0; i < handle.size(); ++i) {
        auto altered = handle;
        altered[i] = altered[i] == 'x' ? 'y' : 'x';
        EXPECT_EQ(key.read(altered), std::nullopt) << i;
    }
}

TEST(Receipt, siphash_gives_the_answers_of_its_paper) {
    std::string key;
    for (int i = 0; i < 16; ++i)
        key.push_back(static_cast<char>(i));
    std::string message;
    for (int i = 0; i < 15; ++i)
        message.push_back(static_cast<char>(i));
    EXPECT_EQ(siphash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, message), 0xa129ca6149be45e5);
    EXPECT_EQ(siphash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, ""), 0x726fdb47dd0e0e31);
}

}  // namespace
}  // namespace faasd::queue
