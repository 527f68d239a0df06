#include "items/number.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace faasd::items {

using namespace items;
namespace {

const std::string kNines38(38, '9');

std::string text_of(std::string_view text) {
    const auto number = Decimal::parse(text);
    return number ? number->to_text() : "error: " + number.error().message;
}

Decimal number(std::string_view text) {
    return Decimal::parse(text).value();
}

TEST(Number, is_returned_in_plain_notation_without_needless_zeros) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"0", "0"},
        {"-0", "0"},
        {"0.000", "0"},
        {"+5", "5"},
        {"007", "7"},
        {"1.50", "1.5"},
        {"-1.50", "-1.5"},
        {".5", "0.5"},
        {"5.", "5"},
        {"1e3", "1000"},
        {"1.5E+3", "1500"},
        {"12345e-3", "12.345"},
        {"1e-3", "0.001"},
        {"-0.0010", "-0.001"},
        {"100", "100"},
        {"1e0", "1"},
        {"10.01", "10.01"},
        {"0e999999999999", "0"},
        {kNines38, kNines38},
        {"1E125", "1" + std::string(125, '0')},
        {"1e-130", "0." + std::string(129, '0') + "1"},
    };
    for (const auto& [in, out] : cases)
        EXPECT_EQ(text_of(in), out) << in;
}

TEST(Number, is_refused_with_the_documented_messages) {
    const std::string not_numeric = "error: The parameter cannot be converted to a numeric value";
    const std::string overflow =
        "error: Number overflow. Attempting to store a number with magnitude larger than supported range";
    const std::string underflow =
        "error: Number underflow. Attempting to store a number with magnitude smaller than supported range";
    const std::string digits = "error: Attempting to store more than 38 significant digits in a Number";
    EXPECT_EQ(text_of(""), not_numeric);
    for (const std::string text : {"b", ".", "-", "1e", "1e+", "1 ", " 1", "1,5", "0x10", "NaN", "Infinity",
                                   "--1", "1.2.3", "1e1.5"}) {
        EXPECT_EQ(text_of(text), not_numeric + ": " + text);
    }
    EXPECT_EQ(text_of("1e126"), overflow);
    EXPECT_EQ(text_of("-1e126"), overflow);
    EXPECT_EQ(text_of("1e99999999999999999999999"), overflow);
    EXPECT_EQ(text_of("1e-131"), underflow);
    EXPECT_EQ(text_of("-1e-99999999999999999999999"), underflow);
    EXPECT_EQ(text_of("123456789012345678901234567890123456789"), digits);
    EXPECT_EQ(text_of("-1.23456789012345678901234567890123456789"), digits);
    EXPECT_EQ(text_of(kNines38 + "000"), kNines38 + "000");
}

TEST(Number, is_added_and_subtracted_exactly) {
    const auto sum = [](std::string_view a, std::string_view b) {
        return add(number(a), number(b)).value().to_text();
    };
    const auto difference = [](std::string_view a, std::string_view b) {
        return subtract(number(a), number(b)).value().to_text();
    };
    EXPECT_EQ(sum("0.1", "0.2"), "0.3");
    EXPECT_EQ(sum("999", "1"), "1000");
    EXPECT_EQ(sum("-999", "1"), "-998");
    EXPECT_EQ(sum("5", "-5"), "0");
    EXPECT_EQ(sum("0", "-7.5"), "-7.5");
    EXPECT_EQ(sum("9007199254740993", "1"), "9007199254740994");
    EXPECT_EQ(difference("1", "0.001"), "0.999");
    EXPECT_EQ(difference("1000000", "0.5"), "999999.5");
    EXPECT_EQ(difference("-1", "-3"), "2");
    EXPECT_EQ(difference("3", "10"), "-7");
    EXPECT_EQ(sum("99999999999999999999999999999999999999", "1"), "1" + std::string(38, '0'));
    EXPECT_EQ(sum("1e-130", "1e-130"), "0." + std::string(129, '0') + "2");
}

TEST(Number, a_sum_that_no_number_can_hold_is_refused) {
    EXPECT_EQ(add(number("1e125"), number("1")).error().message,
              "Attempting to store more than 38 significant digits in a Number");
    EXPECT_EQ(add(number("9e125"), number("9e125")).error().message,
              "Number overflow. Attempting to store a number with magnitude larger than supported range");
    EXPECT_EQ(subtract(number("1.1e-130"), number("1e-130")).error().message,
              "Number underflow. Attempting to store a number with magnitude smaller than supported range");
}

TEST(Number, agrees_with_integer_arithmetic_over_many_random_pairs) {
    std::mt19937_64 random(20261124);
    std::uniform_int_distribution<long long> pick(-1'000'000'000'000, 1'000'000'000'000);
    for (int i = 0; i < 5000; ++i) {
        const long long a = pick(random) >> (i % 40);
        const long long b = pick(random) >> (i % 37);
        const Decimal x = number(std::to_string(a));
        const Decimal y = number(std::to_string(b));
        ASSERT_EQ(add(x, y).value().to_text(), std::to_string(a + b));
        ASSERT_EQ(subtract(x, y).value().to_text(), std::to_string(a - b));
        ASSERT_EQ(x <=> y, a <=> b);
        ASSERT_EQ(x.to_ordered_bytes() <=> y.to_ordered_bytes(), a <=> b) << a << " " << b;
    }
}

TEST(Number, ordered_bytes_sort_as_the_numbers_do_and_can_be_read_back) {
    const std::vector<std::string> ascending{
        "-9.9e125", "-1e125", "-1000", "-999.5", "-999", "-100",  "-12.35",  "-12.345", "-12.34", "-12.3",
        "-12",      "-1.5",   "-1",    "-0.15",  "-0.1", "-1e-5", "-1e-130", "0",       "1e-130", "1e-5",
        "0.1",      "0.15",   "1",     "1.5",    "9",    "10",    "12",      "12.3",    "12.34",  "12.345",
        "12.35",    "100",    "999",   "999.5",  "1000", "1e38",  "1e125",   "9.9e125"};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        const std::string bytes = number(ascending[i]).to_ordered_bytes();
        EXPECT_EQ(Decimal::from_ordered_bytes(bytes).value(), number(ascending[i])) << ascending[i];
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            EXPECT_EQ(bytes <=> number(ascending[j]).to_ordered_bytes(), i <=> j)
                << ascending[i] << " " << ascending[j];
            EXPECT_EQ(number(ascending[i]) <=> number(ascending[j]), i <=> j);
        }
    }
}

TEST(Number, bytes_that_encode_no_number_are_refused) {
    using namespace std::string_literals;
    for (const std::string& bytes :
         {""s, "\x01"s, "\x03"s, "\x03\x82"s, "\x04\x82\x0A"s, "\x02\x02"s, "\x03\x82\xFF"s,
          "\x03\x82\x0A\x00"s, "\x03\x82\x00\x0A"s, "\x01\x7D\xF5"s}) {
        EXPECT_FALSE(Decimal::from_ordered_bytes(bytes));
    }
}

}  // namespace
}  // namespace faasd::items
