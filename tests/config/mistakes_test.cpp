// How mistakes are shown, whatever they are about: their place, their line, and no secret.
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_support.hpp"

namespace faasd::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::mistakes;
using ::testing::Not;

TEST(Mistake, all_of_a_file_are_reported_in_order_of_place) {
    const auto all = mistakes("queues: { q: { delay: 1h } }\nnmae: x\nroutes: { GET /: g }\n");
    EXPECT_THAT(
        all, ElementsAre("1:23: error: 'delay': '1h' is out of range | allowed: a duration, 0us to 15m",
                         HasSubstr("2:1: error: unknown key 'nmae' | did you mean 'name'? allowed: name, "),
                         "3:18: error: there is no function 'g' | name it under 'functions:'"));
}

TEST(Mistake, is_shown_with_its_line_and_a_caret) {
    const LoadResult result = testing::read("functions:\n  f:\n    module: x.so\n    timout: 3s\n");
    EXPECT_FALSE(result.app);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_THAT(render(result.diagnostics[0]),
                HasSubstr("faasd.yaml:4:5: error: unknown key 'timout' in function 'f'\n"
                          "        timout: 3s\n"
                          "        ^\n"
                          "  hint: did you mean 'timeout'? allowed: source, module, "));
}

TEST(Mistake, has_its_column_in_characters_and_its_caret_under_them) {
    const LoadResult result = testing::read("environment: { A: \"üüü\", \"B\": [1] }\n");
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics[0].at.column, 31);
    EXPECT_EQ(result.diagnostics[0].caret, 30U);
}

TEST(Mistake, never_shows_the_value_of_a_variable) {
    const LoadResult result = testing::read(
        "http: { max_body: \"${SECRET}\", max_connections: \"${SECRET}\", idle_timeout: \"${SECRET}\" }\n"
        "cors: \"${SECRET}\"\nroutes: { GET /x: \"${SECRET}\" }\n"
        "functions: { f: { module: \"${SECRET}\", uses: [\"table:${SECRET}\", \"${SECRET}:x\"] } }\n"
        "tables: { users: { key: \"a:${SECRET}\", stream: \"${SECRET}\" } }\n"
        "queues: { q: { dead_letter_queue: \"${SECRET}\", fifo: \"${SECRET}\" } }\n");
    EXPECT_GE(result.diagnostics.size(), 12U);
    for (const Diagnostic& one : result.diagnostics)
        EXPECT_THAT(render(one), Not(HasSubstr("hunter2")));
    EXPECT_THAT(render(result.diagnostics[0]),
                HasSubstr("'max_body': the value of '${SECRET}' is not a size"));
}

TEST(Mistake, in_a_variable) {
    EXPECT_THAT(
        mistakes("environment: { A: \"${NOPE}\" }"),
        ElementsAre(
            "1:19: error: the variable NOPE is not set | ${VAR:-default} gives a value where VAR is not "
            "set; $${ is a plain ${"));
    EXPECT_THAT(mistakes("environment: { A: \"x${STAGE\" }"),
                ElementsAre(HasSubstr("1:19: error: '${' has no closing '}'")));
    EXPECT_THAT(mistakes("environment: { A: \"${a b}\" }"),
                ElementsAre(HasSubstr("1:19: error: 'a b' is not the name of a variable")));
    EXPECT_THAT(mistakes("queues: { \"${STAGE}\": {} }"),
                ElementsAre("1:11: error: variables are replaced in values, not in keys",
                            HasSubstr("1:11: error: '${STAGE}' can't be the name of a queue")));
}

TEST(Mistake, that_others_find_in_the_app_is_shown_with_its_line_too) {
    const auto file = std::filesystem::temp_directory_path() / ("faasd-" + std::to_string(::getpid()) + ".yaml");
    std::ofstream(file) << "functions: { f: f.so }\nschedules:\n  ä: { cron: \"99 * * * *\", function: f }\n";
    const LoadResult result = load(file, testing::kEnvironment);
    const model::SourcePosition at = (result.app ? *result.app : result.draft).schedules.at(0).at;
    EXPECT_EQ(at.line, 3);
    EXPECT_EQ(at.column, 14);
    EXPECT_EQ(render(diagnostic_at(at, "minutes: '99' is none")),
              file.string() + ":3:14: error: minutes: '99' is none\n"
                              "      ä: { cron: \"99 * * * *\", function: f }\n"
                              "                 ^");
    std::filesystem::remove(file);
    EXPECT_EQ(render(diagnostic_at(at, "gone")), file.string() + ":3:14: error: gone");
}

TEST(Mistake, of_a_key_that_is_there_twice) {
    EXPECT_THAT(mistakes("queues:\n  a: {}\n  a: {}\n"),
                ElementsAre("3:3: error: the key 'a' is there twice | the first one is on line 2"));
}

TEST(Mistake, of_a_section_that_cannot_be_read_does_not_make_others) {
    EXPECT_THAT(mistakes("functions: 5\nroutes: { GET /: f }\n"),
                ElementsAre(HasSubstr("1:12: error: 'functions' is '5'")));
}

}  // namespace
}  // namespace faasd::config
