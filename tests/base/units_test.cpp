#include "base/units.hpp"

#include <gtest/gtest.h>

namespace faasd::base {
namespace {

using namespace std::chrono_literals;

TEST(Durations, are_a_number_with_a_unit_or_several_that_add_up) {
    EXPECT_EQ(parse_duration("250ms").value(), Duration{250ms});
    EXPECT_EQ(parse_duration("1.5s").value(), Duration{1500ms});
    EXPECT_EQ(parse_duration("1h30m").value(), Duration{90min});
    EXPECT_EQ(parse_duration("5 minutes").value(), Duration{5min});
    EXPECT_EQ(parse_duration(" 2 hours 1 second ").value(), Duration{2h + 1s});
    EXPECT_EQ(parse_duration("0").value(), Duration::zero());
    EXPECT_EQ(parse_duration("7d").value(), Duration{168h});
}

TEST(Durations, without_a_unit_or_with_an_unknown_one_are_refused_with_examples) {
    for (const char* text : {"", " ", "5", "s", "5x", "-1s", "1s5", "1e400s", "99999999999999999999w"}) {
        const auto parsed = parse_duration(text);
        ASSERT_TRUE(parsed.has_error()) << text;
        EXPECT_NE(parsed.error().message.find("1h30m"), std::string::npos) << parsed.error().message;
    }
}

TEST(Sizes, are_bytes_or_have_a_unit_of_1000_or_1024) {
    EXPECT_EQ(parse_size("512").value(), 512U);
    EXPECT_EQ(parse_size("64KiB").value(), 65536U);
    EXPECT_EQ(parse_size("1.5 MB").value(), 1'500'000U);
    EXPECT_EQ(parse_size("1G").value(), std::uint64_t{1} << 30);
    for (const char* text : {"", "x", "-1", "1 parsec", "1e30"})
        EXPECT_TRUE(parse_size(text).has_error()) << text;
}

TEST(Durations, are_shown_in_the_unit_that_fits) {
    EXPECT_EQ(format_duration(850us), "850us");
    EXPECT_EQ(format_duration(12'300us), "12.3ms");
    EXPECT_EQ(format_duration(1500ms), "1.5s");
    EXPECT_EQ(format_duration(150s), "2m30s");
    EXPECT_EQ(format_duration(25h), "1d1h");
    EXPECT_EQ(format_duration(-1500ms), "-1.5s");
}

TEST(Sizes, are_shown_in_the_unit_that_fits) {
    EXPECT_EQ(format_size(17), "17 B");
    EXPECT_EQ(format_size(112'525), "110 KiB");
    EXPECT_EQ(format_size(1536), "1.5 KiB");
}

TEST(Times, have_the_forms_of_rfc_3339_and_of_http) {
    const TimePoint time = from_micros(1'700'000'000'123'456);
    EXPECT_EQ(format_rfc3339(time), "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(format_http_date(time), "Tue, 14 Nov 2023 22:13:20 GMT");
    EXPECT_EQ(format_http_date(TimePoint(std::chrono::seconds{951'782'400})), "Tue, 29 Feb 2000 00:00:00 GMT");
    EXPECT_EQ(format_http_date(TimePoint(std::chrono::seconds{-1})), "Wed, 31 Dec 1969 23:59:59 GMT");
    EXPECT_EQ(format_rfc3339(from_micros(-1)), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace faasd::base
