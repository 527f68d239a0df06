// What becomes of a crash in the runtime alone: the process starts again in its place, and knows who it was.
#include <set>

#include "runtime/fixture.hpp"
#include "runtime/process.hpp"
#include "support/sanitizers.hpp"

namespace faasd::runtime::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

// What the little daemon of child.cpp lives through until its function is answered for.
struct Child {
    TemporaryFolder folder;

    json run(const std::string& function) {
        const auto ran =
            run_process({"/proc/self/exe", "__crash-child", folder.path().string(), function}, 60s, true);
        EXPECT_TRUE(ran && ran->ok()) << (ran ? ran->how_it_ended() + ran->output : ran.error().message);
        std::ifstream in(folder.path() / "result.json");
        return json::parse(in, nullptr, false);
    }
    std::vector<std::string> ports() const {
        std::ifstream in(folder.path() / "ports");
        std::vector<std::string> lines;
        for (std::string line; std::getline(in, line);)
            lines.push_back(line);
        return lines;
    }
};
struct CrashOfAFunction : Child, ::testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(CrashOfAFunction, starts_the_daemon_again_on_the_same_socket_and_ends_in_quarantine) {
    const auto& [function, cause] = GetParam();
    if (function == "heap_corruption" && test::kSanitizersHeap) GTEST_SKIP() << "the heap is the sanitizer's";
    const json result = run(function);
    ASSERT_TRUE(result.is_object());
    EXPECT_EQ(result["status"], "unavailable");
    EXPECT_THAT(result["message"].get<std::string>(), AllOf(HasSubstr(function), HasSubstr("quarantine")));
    EXPECT_EQ(result["inherited"], true);
    EXPECT_THAT(result["report"].get<std::string>(),
                AllOf(HasSubstr(cause), HasSubstr("test_module_crashes")));
    EXPECT_THAT(result["report"].get<std::string>(),
                AllOf(HasSubstr("function " + function), HasSubstr("request-1")));
    const auto seen = ports();
    EXPECT_EQ(seen.size(), 4) << "one start and three crashes";
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 1);
}

INSTANTIATE_TEST_SUITE_P(Runtime, CrashOfAFunction,
                         ::testing::Values(std::pair{"null_pointer", "SIGSEGV at address 0x0"},
                                           std::pair{"stack_overflow", "SIGSEGV"},
                                           std::pair{"aborts", "SIGABRT"},
                                           std::pair{"heap_corruption", "SIGABRT"}),
                         [](const auto& way) { return way.param.first; });

TEST(LateCrash, of_a_thread_that_ends_counts_against_the_function_that_ran_last_on_it) {
    if (test::kSanitizersHeap) GTEST_SKIP() << "the heap is the sanitizer's";
    Child child;
    const json result = child.run("late_corruption");
    ASSERT_TRUE(result.is_object());
    EXPECT_EQ(result["status"], "unavailable");
    EXPECT_THAT(result["message"].get<std::string>(), AllOf(HasSubstr("late_corruption"), HasSubstr("quarantine")));
    EXPECT_THAT(result["report"].get<std::string>(),
                AllOf(HasSubstr("function late_corruption crashed (SIGABRT) after request request-1, which had ended")));
}

}  // namespace
}  // namespace faasd::runtime::testing
