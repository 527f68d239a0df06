#include <set>

#include "fixture.hpp"
#include "runtime/crash_ledger.hpp"
#include "runtime/process.hpp"

namespace faasd::runtime::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

// A sanitizer brings its own handlers of the fatal signals, and ends the process by itself.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// What the little daemon of crash_child.cpp lives through until its function is answered for.
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
struct Crash : Child, ::testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(Crash, starts_the_daemon_again_on_the_same_socket_and_ends_in_quarantine) {
    if (kSanitized) GTEST_SKIP() << "the sanitizer owns the signal";
    const auto& [function, cause] = GetParam();
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

INSTANTIATE_TEST_SUITE_P(Ways, Crash,
                         ::testing::Values(std::pair{"null_pointer", "SIGSEGV at address 0x0"},
                                           std::pair{"stack_overflow", "SIGSEGV"},
                                           std::pair{"aborts", "SIGABRT"},
                                           std::pair{"heap_corruption", "SIGABRT"}),
                         [](const auto& way) { return way.param.first; });

TEST(LateCrash, of_a_thread_that_ends_counts_against_the_function_that_ran_last_on_it) {
    if (kSanitized) GTEST_SKIP() << "the sanitizer owns the signal";
    Child child;
    const json result = child.run("late_corruption");
    ASSERT_TRUE(result.is_object());
    EXPECT_EQ(result["status"], "unavailable");
    EXPECT_THAT(result["message"].get<std::string>(), AllOf(HasSubstr("late_corruption"), HasSubstr("quarantine")));
    EXPECT_THAT(result["report"].get<std::string>(),
                AllOf(HasSubstr("function late_corruption crashed (SIGABRT) after request request-1, which had ended")));
}

TEST(CrashLedger, three_crashes_within_a_minute_are_quarantine_until_the_code_changes) {
    const TemporaryFolder folder;
    CrashLedger ledger(folder.path() / "ledger");
    const base::TimePoint start{std::chrono::seconds{1'700'000'000}};
    ledger.add("cart", "v1", start);
    ledger.add("cart", "v1", start + 50s);
    EXPECT_FALSE(ledger.quarantined("cart", "v1"));
    ledger.add("cart", "v1", start + 70s);
    EXPECT_FALSE(ledger.quarantined("cart", "v1")) << "the first one is more than a minute ago";
    ledger.add("cart", "v1", start + 80s);
    EXPECT_TRUE(ledger.quarantined("cart", "v1"));
    EXPECT_FALSE(ledger.quarantined("cart", "v2"));
    EXPECT_FALSE(ledger.quarantined("other", "v1"));
    EXPECT_TRUE(CrashLedger(folder.path() / "ledger").quarantined("cart", "v1")) << "after a restart";
}

}  // namespace
}  // namespace faasd::runtime::testing
