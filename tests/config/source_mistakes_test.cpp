// The mistakes in what calls functions: schedules, watches, and the filters of a consumer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_support.hpp"

namespace faasd::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::mistakes;
using testing::with_f;

TEST(Mistake, in_a_schedule) {
    EXPECT_THAT(mistakes(with_f("schedules: { s: { cron: \"* * *\", function: f } }")),
                ElementsAre(HasSubstr("2:25: error: 'cron': '* * *' has 3 fields")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { cron: \"@daily\", function: f } }")),
                ElementsAre(HasSubstr("2:25: error: 'cron': '@daily' is not a cron expression")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { rate: 0s, function: f } }")),
                ElementsAre(HasSubstr("2:25: error: 'rate': '0s' is out of range")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { rate: 999ms, function: f } }")),
                ElementsAre(HasSubstr("2:25: error: 'rate': '999ms' is out of range | allowed: a duration, "
                                      "1s to ")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { rate: 1s, function: f } }")), ElementsAre());
    EXPECT_THAT(mistakes(with_f("schedules: { s: { rate: 1s, cron: \"* * * * *\", function: f } }")),
                ElementsAre("2:14: error: schedule 's' has both 'cron' and 'rate' | keep one of them"));
    EXPECT_THAT(mistakes("schedules: { s: { rate: 1s } }"),
                ElementsAre(HasSubstr("1:14: error: schedule 's' needs 'function'")));
}

TEST(Mistake, of_a_one_time_schedule) {
    EXPECT_THAT(mistakes(with_f("schedules: { s: { at: tomorrow, function: f } }")),
                ElementsAre("2:23: error: 'at': 'tomorrow' is not a time | write 2026-12-24T18:00:00"));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { at: 2026-12-24T18:00:00Z, function: f } }")),
                ElementsAre(HasSubstr("write the local time alone, and the zone as time_zone")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { at: 2026-12-24 18:00, rate: 1h, function: f } }")),
                ElementsAre(HasSubstr("has both 'rate' and 'at' | keep one of them")));
    EXPECT_THAT(mistakes(with_f("schedules: { s: { at: 2026-12-24 18:00, missed: never, function: f } }")),
                ElementsAre(HasSubstr("'missed'")));
}

TEST(Mistake, in_a_watch) {
    EXPECT_THAT(mistakes("watches: { w: { prefix: a } }"),
                ElementsAre(HasSubstr("1:12: error: watch 'w' needs 'folder'"),
                            HasSubstr("1:12: error: watch 'w' leads nowhere"),
                            HasSubstr("1:25: error: 'prefix' is for watches with a bucket")));
    EXPECT_THAT(mistakes(with_f("watches: { w: { folder: x, function: f, events: [changed] } }")),
                ElementsAre(HasSubstr("2:50: error: 'events' can't be 'changed'")));
}

TEST(Mistake, of_a_filter_is_shown_where_it_stands_in_the_pattern) {
    const auto of = [](const std::string& filters) {
        return mistakes(with_f("queues:\n  q:\n    consumer:\n      function: f\n      filters:\n" + filters));
    };
    EXPECT_THAT(of("        - body:\n            kind: [order, { perfix: x }]\n"),
                ElementsAre("8:29: error: 'filters': body.kind[1].perfix: unknown operator 'perfix' | did you mean "
                            "'prefix'?"));
    EXPECT_THAT(of("        - body: { kind: order }\n"),
                ElementsAre("7:19: error: 'filters': body.kind: \"order\" stands outside of a list | write "
                            "[\"order\"]: what a field accepts is a list"));
    EXPECT_THAT(of("        - body: { n: [{ numeric: ['>', 5, '<', '9'] }] }\n"),
                ElementsAre(HasSubstr("7:48: error: 'filters': body.n[0].numeric[3]: \"9\" is not a number")));
    EXPECT_THAT(of("        - '{\"body\": [}'\n"), ElementsAre(HasSubstr("7:11: error: 'filters': ")));
    EXPECT_THAT(of("        - '{\"body\": []}'\n"),
                ElementsAre(HasSubstr("7:11: error: 'filters': body: an empty list matches nothing")));
    EXPECT_THAT(of("        $or: [{ body: [a] }, { body: [] }]\n"),
                ElementsAre(HasSubstr("7:32: error: 'filters': $or[1].body: an empty list")));
    EXPECT_THAT(of("        Filters: [{ Pattern: '{}' }]\n"),
                ElementsAre(HasSubstr("'Filters' is CloudFormation's form")));
    EXPECT_THAT(of("        []\n"), ElementsAre(HasSubstr("'filters' is empty")));
}

}  // namespace
}  // namespace faasd::config
