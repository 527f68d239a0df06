#include "sources/schedule/schedule.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/units.hpp"

namespace faasd::sources {
namespace {

using base::TimePoint;
using namespace std::chrono_literals;

TimePoint at(const char* text) {  // "2026-03-29 00:59:30", UTC
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    EXPECT_GE(std::sscanf(text, "%d-%d-%d %d:%d:%d", &y, &mo, &d, &h, &mi, &s), 5);
    const std::chrono::year_month_day date{std::chrono::year{y},
                                           std::chrono::month(static_cast<unsigned>(mo)),
                                           std::chrono::day(static_cast<unsigned>(d))};
    return std::chrono::time_point_cast<base::Duration>(std::chrono::sys_days{date}) + std::chrono::hours{h} +
           std::chrono::minutes{mi} + std::chrono::seconds{s};
}

std::string text(TimePoint t) {
    std::string out = base::format_rfc3339(t).substr(0, 19);
    out[10] = ' ';
    return out;
}

// The next firings after `from`, in UTC.
std::vector<std::string> firings(std::string_view expression, const char* from, std::size_t count,
                                 std::string_view zone = "UTC") {
    const auto schedule = Schedule::parse(expression, zone);
    if (!schedule) return {schedule.error().message};
    std::vector<std::string> out;
    TimePoint time = at(from);
    while (out.size() < count) {
        const auto next = schedule->next_after(time);
        if (!next) {
            out.push_back("never");
            break;
        }
        out.push_back(text(*next));
        time = *next;
    }
    return out;
}
using Times = std::vector<std::string>;

std::string mistake(std::string_view expression, std::string_view zone = "UTC") {
    const auto schedule = Schedule::parse(expression, zone);
    return schedule ? "accepted" : schedule.error().message;
}

TEST(Rate, counts_from_the_firing_before) {
    EXPECT_EQ(firings("rate(5 minutes)", "2026-01-01 00:00:10", 2),
              (Times{"2026-01-01 00:05:10", "2026-01-01 00:10:10"}));
    EXPECT_EQ(firings("rate(1 day)", "2026-01-01 00:00", 1), (Times{"2026-01-02 00:00:00"}));
    EXPECT_EQ(firings("rate(1 second)", "2026-01-01 00:00", 1), (Times{"2026-01-01 00:00:01"}));
}

TEST(Rate, that_is_not_a_duration_names_what_is_allowed) {
    EXPECT_NE(mistake("rate(often)").find("'often' is not a number and a unit"), std::string::npos);
    EXPECT_NE(mistake("rate(10 ms)").find("at least 1 second"), std::string::npos);
    EXPECT_NE(mistake("rate()").find("number and a unit"), std::string::npos);
    EXPECT_NE(mistake("every(5 minutes)").find("expected rate(5 minutes), cron(0 2 * * *) or at("),
              std::string::npos);
    EXPECT_NE(mistake("").find("expected rate"), std::string::npos);
}

TEST(CronSchedule, of_five_fields_fires_at_second_zero) {
    EXPECT_EQ(firings("cron(0 2 * * *)", "2026-01-01 02:00", 2),
              (Times{"2026-01-02 02:00:00", "2026-01-03 02:00:00"}));
    EXPECT_EQ(firings("30 9 * * *", "2026-01-01 09:29:59", 1), (Times{"2026-01-01 09:30:00"}));
}

TEST(CronSchedule, of_six_fields_has_the_seconds_first) {
    EXPECT_EQ(
        firings("cron(*/20 59 23 31 12 *)", "2026-12-31 00:00", 4),
        (Times{"2026-12-31 23:59:00", "2026-12-31 23:59:20", "2026-12-31 23:59:40", "2027-12-31 23:59:00"}));
}

TEST(CronSchedule, takes_names_ranges_lists_and_steps) {
    EXPECT_EQ(firings("0 8-10 * JAN,jul MON-FRI", "2026-01-02 09:30", 3),
              (Times{"2026-01-02 10:00:00", "2026-01-05 08:00:00", "2026-01-05 09:00:00"}));
    EXPECT_EQ(firings("5/20 0 1 * *", "2026-01-01 00:00", 3),
              (Times{"2026-01-01 00:05:00", "2026-01-01 00:25:00", "2026-01-01 00:45:00"}));
    EXPECT_EQ(firings("10-30/10 0 1 1 *", "2026-01-01 00:00", 3),
              (Times{"2026-01-01 00:10:00", "2026-01-01 00:20:00", "2026-01-01 00:30:00"}));
}

TEST(CronSchedule, ranges_may_wrap_around) {
    EXPECT_EQ(firings("0 0 ? * FRI-MON", "2026-01-01 00:00", 5),
              (Times{"2026-01-02 00:00:00", "2026-01-03 00:00:00", "2026-01-04 00:00:00",
                     "2026-01-05 00:00:00", "2026-01-09 00:00:00"}));
    EXPECT_EQ(firings("0 23-1 * * *", "2026-01-01 00:30", 3),
              (Times{"2026-01-01 01:00:00", "2026-01-01 23:00:00", "2026-01-02 00:00:00"}));
}

TEST(CronSchedule, a_seven_is_sunday_as_zero_is) {
    EXPECT_EQ(firings("0 0 * * 7", "2026-01-01 00:00", 1), firings("0 0 * * 0", "2026-01-01 00:00", 1));
    EXPECT_EQ(firings("0 0 * * 6-7", "2026-01-01 00:00", 2),
              (Times{"2026-01-03 00:00:00", "2026-01-04 00:00:00"}));
    EXPECT_EQ(firings("0 0 * * 0-7", "2026-01-01 00:00", 2),
              (Times{"2026-01-02 00:00:00", "2026-01-03 00:00:00"}));
}

TEST(CronSchedule, fires_on_either_day_field_where_both_are_restricted) {
    EXPECT_EQ(firings("0 0 13 * FRI", "2026-02-01 00:00", 3),
              (Times{"2026-02-06 00:00:00", "2026-02-13 00:00:00", "2026-02-20 00:00:00"}));
    EXPECT_EQ(firings("0 0 13 * ?", "2026-02-01 00:00", 2),
              (Times{"2026-02-13 00:00:00", "2026-03-13 00:00:00"}));
}

TEST(CronSchedule, knows_the_last_day_and_the_nearest_weekday) {
    EXPECT_EQ(firings("0 0 L * ?", "2028-02-01 00:00", 2),
              (Times{"2028-02-29 00:00:00", "2028-03-31 00:00:00"}));
    EXPECT_EQ(firings("0 0 L-2 * ?", "2026-02-01 00:00", 1), (Times{"2026-02-26 00:00:00"}));
    EXPECT_EQ(firings("0 0 LW * ?", "2026-02-01 00:00", 2),
              (Times{"2026-02-27 00:00:00", "2026-03-31 00:00:00"}));
    // 15 August 2026 is a Saturday, 1 August as well: it stays within its month.
    EXPECT_EQ(firings("0 0 15W 8 ?", "2026-01-01 00:00", 1), (Times{"2026-08-14 00:00:00"}));
    EXPECT_EQ(firings("0 0 1W 8 ?", "2026-01-01 00:00", 1), (Times{"2026-08-03 00:00:00"}));
    EXPECT_EQ(firings("0 0 ? * FRI#2", "2026-01-01 00:00", 1), (Times{"2026-01-09 00:00:00"}));
    EXPECT_EQ(firings("0 0 ? * 5L", "2026-01-01 00:00", 1), (Times{"2026-01-30 00:00:00"}));
}

TEST(CronSchedule, of_event_bridge_has_a_year_and_counts_weekdays_from_sunday_as_one) {
    EXPECT_EQ(firings("cron(0 12 * * ? *)", "2026-01-01 00:00", 1), (Times{"2026-01-01 12:00:00"}));
    EXPECT_EQ(firings("cron(15 10 ? * 6L 2026-2027)", "2026-12-01 00:00", 2),
              (Times{"2026-12-25 10:15:00", "2027-01-29 10:15:00"}));
    EXPECT_EQ(firings("cron(0 8 1 * ? 2020)", "2026-01-01 00:00", 1), (Times{"never"}));
}

TEST(CronSchedule, a_leap_day_waits_for_its_year) {
    EXPECT_EQ(firings("0 0 29 2 *", "2096-03-01 00:00", 1), (Times{"2104-02-29 00:00:00"}));
}

TEST(CronSchedule, a_date_that_never_comes_is_refused) {
    EXPECT_NE(mistake("0 0 31 2 *").find("no date ever matches"), std::string::npos);
    EXPECT_NE(mistake("0 0 30 2 ?").find("day-of-month field '30' does not exist in month '2'"),
              std::string::npos);
    EXPECT_NE(mistake("0 0 31 4,6,9,11 *").find("no date ever matches"), std::string::npos);
}

TEST(CronSchedule, a_mistake_names_its_field_and_what_is_allowed) {
    EXPECT_NE(
        mistake("cron(60 2 * * *)").find("minutes: '60' is not a value of this field; allowed are 0-59"),
        std::string::npos);
    EXPECT_NE(mistake("0 24 * * *").find("hours: '24'"), std::string::npos);
    EXPECT_NE(mistake("0 0 0 * *").find("day-of-month: '0'"), std::string::npos);
    EXPECT_NE(mistake("0 0 1 FOO *").find("month: 'FOO'"), std::string::npos);
    EXPECT_NE(mistake("0 0 * * 8").find("day-of-week: '8'"), std::string::npos);
    EXPECT_NE(mistake("0 0 * * MON#6").find("day-of-week: 'MON#6'"), std::string::npos);
    EXPECT_NE(mistake("*/0 0 * * *").find("minutes: '*/0' has a step"), std::string::npos);
    EXPECT_NE(mistake("1,,2 0 * * *").find("minutes: '' is an empty item"), std::string::npos);
    EXPECT_NE(mistake("0 0 * *").find("this one has 4"), std::string::npos);
    EXPECT_NE(mistake("0 0 ? ? *").find("month: '?'"), std::string::npos);
    EXPECT_NE(mistake("0 0 -1 * *").find("day-of-month: '-1'"), std::string::npos);
    EXPECT_NE(mistake("99999999999 0 * * *").find("minutes"), std::string::npos);
}

// Clocks in Berlin: 29 March 2026 02:00 -> 03:00 (01:00 UTC), 25 October 2026 03:00 -> 02:00 (01:00 UTC).
TEST(CronSchedule, follows_the_time_zone_through_summer_and_winter) {
    EXPECT_EQ(firings("0 12 1 1,7 *", "2026-01-01 00:00", 2, "Europe/Berlin"),
              (Times{"2026-01-01 11:00:00", "2026-07-01 10:00:00"}));
}

TEST(CronSchedule, a_skipped_local_time_fires_at_the_end_of_the_shift) {
    EXPECT_EQ(firings("30 2 * * *", "2026-03-28 00:00", 3, "Europe/Berlin"),
              (Times{"2026-03-28 01:30:00", "2026-03-29 01:00:00", "2026-03-30 00:30:00"}));
    EXPECT_EQ(firings("0,15,30 2,3 * * *", "2026-03-29 00:59", 3, "Europe/Berlin"),
              (Times{"2026-03-29 01:00:00", "2026-03-29 01:15:00", "2026-03-29 01:30:00"}))
        << "all skipped times of a day are one firing";
}

TEST(CronSchedule, a_repeated_local_time_fires_once) {
    EXPECT_EQ(firings("30 2 * * *", "2026-10-24 12:00", 2, "Europe/Berlin"),
              (Times{"2026-10-25 00:30:00", "2026-10-26 01:30:00"}));
    EXPECT_EQ(firings("30 2 * * *", "2026-10-25 01:10", 1, "Europe/Berlin"), (Times{"2026-10-26 01:30:00"}))
        << "also when asked during the second pass";
}

TEST(CronSchedule, of_every_hour_keeps_its_rhythm_through_both_shifts) {
    EXPECT_EQ(firings("*/30 * * * *", "2026-10-24 23:59", 5, "Europe/Berlin"),
              (Times{"2026-10-25 00:00:00", "2026-10-25 00:30:00", "2026-10-25 01:00:00",
                     "2026-10-25 01:30:00", "2026-10-25 02:00:00"}));
    EXPECT_EQ(firings("30 * * * *", "2026-03-29 00:00", 2, "Europe/Berlin"),
              (Times{"2026-03-29 00:30:00", "2026-03-29 01:30:00"}));
}

TEST(CronSchedule, knows_zones_with_odd_shifts_and_years_beyond_the_recorded_ones) {
    // Lord Howe Island shifts by half an hour: 4 April 2027 02:00 +11 -> 01:30 +10:30.
    EXPECT_EQ(firings("45 1 4 4 *", "2027-01-01 00:00", 1, "Australia/Lord_Howe"),
              (Times{"2027-04-03 14:45:00"}));
    EXPECT_EQ(firings("0 12 1 7 *", "2199-01-01 00:00", 1, "America/New_York"),
              (Times{"2199-07-01 16:00:00"}));
    EXPECT_EQ(firings("0 12 1 1 *", "2199-01-01 00:00", 1, "Asia/Kolkata"), (Times{"2199-01-01 06:30:00"}));
}

TEST(CronSchedule, an_unknown_time_zone_is_refused_with_the_nearest_name) {
    EXPECT_NE(mistake("0 0 * * *", "Europe/Berlim").find("did you mean 'Europe/Berlin'?"), std::string::npos);
    EXPECT_NE(mistake("0 0 * * *", "../../etc/passwd").find("unknown time zone"), std::string::npos);
    EXPECT_NE(mistake("0 0 * * *", "").find("IANA name"), std::string::npos);
}

TEST(Schedule, finds_the_last_missed_firing_of_a_long_downtime) {
    const auto every_second = Schedule::parse("* * * * * *");
    EXPECT_EQ(text(*every_second->last_between(at("2016-01-01 00:00"), at("2026-01-01 10:00"))),
              "2026-01-01 10:00:00");
    const auto nightly = Schedule::parse("0 2 * * *");
    EXPECT_EQ(text(*nightly->last_between(at("2026-01-01 02:00"), at("2026-02-01 01:00"))),
              "2026-01-31 02:00:00");
    EXPECT_FALSE(nightly->last_between(at("2026-01-01 02:00"), at("2026-01-02 01:59")));
    const auto rate = Schedule::parse("rate(10 minutes)");
    EXPECT_EQ(text(*rate->last_between(at("2026-01-01 00:05"), at("2026-01-01 00:59"))),
              "2026-01-01 00:55:00");
    EXPECT_FALSE(rate->last_between(at("2026-01-01 00:05"), at("2026-01-01 00:06")));
}

TEST(TimeZone, refuses_files_that_are_damaged) {
    EXPECT_EQ(TimeZone::parse(""), nullptr);
    EXPECT_EQ(TimeZone::parse("TZif2"), nullptr);
    EXPECT_EQ(TimeZone::parse(std::string("TZif2") + std::string(200, '\xff')), nullptr);
    EXPECT_EQ(TimeZone::parse(std::string("TZif") + std::string(39, '\0') + std::string(1, '\1')), nullptr);
}

TEST(PosixRule, understands_every_form_of_a_date) {
    EXPECT_TRUE(PosixRule::parse("<-03>3"));
    EXPECT_TRUE(PosixRule::parse("IST-1GMT0,M10.5.0,M3.5.0/1"));
    EXPECT_TRUE(PosixRule::parse("EST5EDT,J60/2,J300/2"));
    EXPECT_TRUE(PosixRule::parse("<-02>2<-01>,M3.4.4/50,M10.4.4/50"));
    EXPECT_FALSE(PosixRule::parse("CET-1CEST"));
    EXPECT_FALSE(PosixRule::parse("CET-1CEST,M13.5.0,M10.5.0"));
    EXPECT_FALSE(PosixRule::parse(""));
    const auto southern = PosixRule::parse("AEST-10AEDT,M10.1.0,M4.1.0/3");
    EXPECT_EQ(southern->offset_at(at("2030-01-15 00:00").time_since_epoch() / 1s), 11 * 3600);
    EXPECT_EQ(southern->offset_at(at("2030-07-15 00:00").time_since_epoch() / 1s), 10 * 3600);
}

TEST(Schedule, at_is_a_local_time_of_its_zone) {
    const auto winter = Schedule::parse("at(2026-12-24T18:00:00)", "Europe/Berlin");
    ASSERT_TRUE(winter) << winter.error().message;
    const base::TimePoint due{std::chrono::seconds{1'798'131'600}};  // 17:00 UTC
    EXPECT_EQ(winter->next_after(due - std::chrono::hours{1}), due);
    EXPECT_FALSE(winter->next_after(due));
    EXPECT_EQ(winter->last_between(due - std::chrono::hours{1}, due), due);
    EXPECT_FALSE(winter->last_between(due, due + std::chrono::hours{1}));
    // 02:30 of that night is skipped: the end of the shift, 03:00 = 01:00 UTC.
    const auto skipped = Schedule::parse("at(2026-03-29T02:30:00)", "Europe/Berlin");
    EXPECT_EQ(skipped->next_after({}), base::TimePoint{std::chrono::seconds{1'774'746'000}});
}

TEST(Schedule, at_refuses_what_is_no_time) {
    for (const char* text : {"at()", "at(2026-12-24)", "at(2026-02-30T10:00:00)", "at(2026-12-24T24:00:00)",
                             "at(2026-12-24T18:00:00Z)", "at(2026-13-01T00:00:00)"})
        EXPECT_FALSE(Schedule::parse(text)) << text;
}

}  // namespace
}  // namespace faasd::sources
