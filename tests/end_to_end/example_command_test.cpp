// faasd example: what it lists, runs, copies and refuses.
#include <iterator>
#include <map>
#include <sstream>

#include <gmock/gmock.h>

#include "support/examples.hpp"
#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
using testing::HasSubstr;

TEST(ExampleCommand, lists_every_example_with_its_summary) {
    const auto result = run_faasd({"example", "list"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    for (const std::string& name : examples_with("faasd.yaml"))
        EXPECT_THAT(result.out, testing::ContainsRegex(name + " +[^ ]")) << name << " has no summary";
    const auto json = nlohmann::json::parse(run_faasd({"example", "list", "--json"}).out);
    EXPECT_EQ(json.size(), examples_with("faasd.yaml").size());
}

TEST(ExampleCommand, an_unknown_example_is_wrong_usage_and_the_one_that_was_meant_is_named) {
    for (const char* verb : {"run", "check", "load"}) {
        const auto result = run_faasd({"example", verb, "quikstart"});
        EXPECT_EQ(result.exit_code, 2);
        EXPECT_THAT(result.err, HasSubstr("there is no example 'quikstart'; did you mean 'quickstart'?"));
    }
    EXPECT_EQ(run_faasd({"example", "check"}).exit_code, 2);
    EXPECT_THAT(run_faasd({"example", "chek"}).err, HasSubstr("did you mean 'check'?"));
}

TEST(ExampleCommand, check_says_what_it_asserted) {
    const auto result = run_faasd({"example", "check", "quickstart"});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_THAT(result.out, HasSubstr("ok: the function answers"));
    EXPECT_THAT(result.out, HasSubstr("quickstart passed in "));
}

TEST(ExampleCommand, a_copy_stands_for_itself_and_a_check_that_does_not_hold_fails_with_what_was_expected) {
    const TemporaryFolder folder;
    const auto copied = run_faasd({"example", "copy", "quickstart", "mine"}, folder.path());
    ASSERT_EQ(copied.exit_code, 0) << copied.err;
    const auto good = run_faasd({"example", "check", "./mine"}, folder.path());
    EXPECT_EQ(good.exit_code, 0) << good.out << good.err;

    std::string source = folder.read("mine/hello.cpp");
    source.replace(source.find("Hello, "), 7, "Good day, ");
    folder.write("mine/hello.cpp", source);
    const auto bad = run_faasd({"example", "check", "./mine"}, folder.path());
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_THAT(bad.err, HasSubstr("the function answers: expected"));
    EXPECT_THAT(bad.out, HasSubstr("mine FAILED"));

    folder.write("mine/hello.cpp", "this is no C++");
    const auto broken = run_faasd({"example", "check", "./mine"}, folder.path());
    EXPECT_EQ(broken.exit_code, 1);
    EXPECT_THAT(broken.err, HasSubstr("does not compile"));
    EXPECT_EQ(run_faasd({"example", "copy", "quickstart", "mine"}, folder.path()).exit_code, 1) << "it is there already";
}

TEST(ExampleCommand, every_example_can_be_copied) {
    const TemporaryFolder folder;
    for (const std::string& name : examples_with("faasd.yaml")) {
        const auto copied = run_faasd({"example", "copy", name, name}, folder.path());
        EXPECT_EQ(copied.exit_code, 0) << name << copied.err;
        const auto checked = run_faasd({"check", name}, folder.path());
        EXPECT_EQ(checked.exit_code, 0) << name << checked.err;
    }
}

TEST(ExampleCommand, a_sample_that_is_missing_is_named_before_anything_starts) {
    const TemporaryFolder folder;
    ASSERT_EQ(run_faasd({"example", "copy", "thumbnailer", "mine"}, folder.path()).exit_code, 0);
    std::filesystem::remove(folder.path() / "mine/sample/rocket.jpg");
    const auto result = run_faasd({"example", "check", "./mine"}, folder.path());
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("lacks sample/rocket.jpg, which its feed reads"));
}

TEST(ExampleCommand, run_says_who_holds_the_port) {
    DaemonProcess other(workbench("other"), {"--ephemeral"});
    ASSERT_TRUE(other.running()) << other.log();
    const auto result =
        run_faasd({"example", "run", "quickstart", "--once", "--port", std::to_string(other.port()), "--control-port", "0"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.out + result.err, HasSubstr("port " + std::to_string(other.port()) + " is in use"));
}

TEST(ExampleCommand, run_feeds_it_and_ends_when_it_is_told_once) {
    const auto result = run_faasd({"example", "run", "quickstart", "--once", "--port", "0", "--control-port", "0"});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_THAT(result.out, HasSubstr("Hello, Ada!"));
    EXPECT_THAT(result.out, testing::ContainsRegex("http GET /hello/.name. +→ hello +[0-9]")) << "which event caused which call";
}

TEST(ExampleCommand, load_stands_the_runs_side_by_side_and_nothing_is_lost_in_the_buffer) {
    const auto result = run_faasd({"example", "load", "buffer"}, "/", {{"EVENTS", "2000"}});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
    // The figures of each in a column of its own, below the names.
    std::map<std::string, std::vector<std::string>> rows;
    std::istringstream table(result.out.substr(result.out.rfind("events-collector")));
    std::string line;
    std::getline(table, line);
    EXPECT_THAT(line, testing::ContainsRegex("^events-collector +buffer *$"));
    while (std::getline(table, line)) {
        const auto label_end = line.find("  ", line.find_first_not_of(' '));
        if (label_end == std::string::npos) continue;
        std::istringstream values(line.substr(label_end));
        rows[line.substr(0, label_end)] = {std::istream_iterator<std::string>(values), {}};
    }
    EXPECT_THAT(rows["posted"], testing::ElementsAre("2000", "2000"));
    ASSERT_EQ(rows["stored"].size(), 2U) << result.out;
    ASSERT_EQ(rows["lost"].size(), 2U) << result.out;
    EXPECT_EQ(rows["accepted"].at(1), "2000");
    EXPECT_EQ(rows["stored"].at(1), "2000");
    EXPECT_EQ(rows["lost"].at(1), "0");
    // What the collector lost it has refused.
    EXPECT_EQ(rows["lost"].at(0), rows["refused"].at(0)) << result.out;
    ASSERT_EQ(rows["connections at most"].size(), 2U) << result.out;
    for (const auto& connections : rows["connections at most"])
        EXPECT_LE(std::stoi(connections), 20);
    EXPECT_LE(std::stoi(rows["connections at most"].at(1)), 5) << "four injectors, and who counts";
}

TEST(ExampleCommand, a_database_that_an_example_does_not_know_is_wrong_usage) {
    const auto result = run_faasd({"example", "check", "quickstart", "--database", "oracle"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("quickstart has no oracle.yaml"));
}

TEST(ExampleCommand, nothing_is_left_behind_in_the_temporary_folder) {
    const TemporaryFolder folder;
    const auto result = run_faasd({"example", "check", "quickstart", "--kill", "2"}, "/", {{"TMPDIR", folder.path()}});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
