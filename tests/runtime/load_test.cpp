#include <sstream>
#include <thread>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "fixture.hpp"
#include "runtime/probe.hpp"

namespace faasd::runtime::testing {
namespace {

using model::OutcomeStatus;
using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::string probe_error(const std::filesystem::path& file) {
    ProbeOptions options;
    options.timeout = 300ms;
    const auto facts = probe_module(file, options);
    return facts ? "(no error)" : facts.error().message;
}

TEST(Probe, lists_the_functions_of_a_good_module) {
    const auto facts = probe_module(module_file("basics"), {});
    ASSERT_TRUE(facts) << facts.error().message;
    EXPECT_EQ(facts->functions.front().name, "hello");
    EXPECT_EQ(facts->functions.front().event_type, "HttpRequest");
}

TEST(Probe, names_what_is_wrong_with_a_module) {
    EXPECT_THAT(probe_error(module_file("wrong_abi")), AllOf(HasSubstr("version 99"), HasSubstr("rebuild")));
    EXPECT_THAT(probe_error(module_file("no_descriptor")), HasSubstr("no symbol faasd_module_descriptor"));
    EXPECT_THAT(probe_error(module_file("no_function")), HasSubstr("has no function"));
    EXPECT_THAT(probe_error(module_file("missing_symbol")),
                AllOf(HasSubstr("defined_nowhere"), HasSubstr("link")));
    EXPECT_THAT(probe_error("/nonexistent.so"), HasSubstr("does not exist"));
}

TEST(Probe, names_a_file_that_is_no_shared_object) {
    const TemporaryFolder folder;
    EXPECT_THAT(probe_error(folder.write("text.so", std::string(500, 'x'))),
                HasSubstr("not a shared object"));
    EXPECT_THAT(probe_error(folder.write("empty.so", "")), HasSubstr("not a shared object"));
}

TEST(Probe, survives_static_initializers_that_throw_or_hang) {
    EXPECT_THAT(probe_error(module_file("throwing_initializer")),
                AllOf(HasSubstr("SIGABRT"), HasSubstr("no configuration file")));
    const TemporaryFolder folder;
    ::setenv("FAASD_TEST_HANGS", (folder.path() / "hangs").c_str(), 1);
    EXPECT_THAT(probe_error(module_file("hanging_initializer")), HasSubstr("hangs"));
    ::unsetenv("FAASD_TEST_HANGS");
}

struct Load : RuntimeTest {
    [[nodiscard]] bool folder_has_copy() const {
        const auto copies = folder.path() / "private" / "modules";
        return std::filesystem::exists(copies) && !std::filesystem::is_empty(copies);
    }
};

TEST_F(Load, a_module_that_cannot_be_loaded_makes_its_functions_unavailable_and_says_why) {
    start({function_of("wrong_abi", "never"), function_of("basics", "echo")});
    const auto outcome = invoke(runtime, json_call("never"));
    EXPECT_EQ(outcome.status, OutcomeStatus::unavailable);
    EXPECT_THAT(outcome.error.message, HasSubstr("version 99"));
    EXPECT_EQ(invoke(runtime, json_call("echo")).status, OutcomeStatus::success);
}

TEST_F(Load, a_failing_init_hook_is_a_failed_load) {
    start({function_of("failing_init", "never")});
    EXPECT_THAT(invoke(runtime, json_call("never")).error.message, HasSubstr("DATABASE_URL is not set"));
}

TEST_F(Load, a_handler_that_the_module_lacks_is_named_with_the_nearest_one) {
    start({function_of("basics", "ehco")});
    EXPECT_THAT(invoke(runtime, json_call("ehco")).error.message, HasSubstr("did you mean echo?"));
}

TEST_F(Load, calls_wait_while_their_function_is_being_loaded) {
    model::App app;
    app.functions = {function_of("basics", "echo")};
    runtime.start(app);
    EXPECT_EQ(invoke(runtime, json_call("echo")).status, OutcomeStatus::success);
}

TEST_F(Load, a_module_that_is_ready_only_after_it_was_replaced_takes_nothing_back) {
    model::App app;
    app.functions = {function_of("slow_init", "echo")};
    runtime.start(app);
    while (!folder_has_copy())  // its init hook is about to run, or runs
        std::this_thread::sleep_for(1ms);
    app.functions = {function_of("basics", "echo")};
    runtime.replace(app);
    EXPECT_EQ(payload(invoke(runtime, json_call("echo", "1"))), "1");
    ASSERT_TRUE(runtime.wait_until_loaded(60s)) << "the old one has come to its end as well";
    EXPECT_EQ(payload(invoke(runtime, json_call("echo", "1"))), "1");
}

struct HeldCode : ::testing::Test {
    HeldCode() {
        auto options = options_in(folder);
        options.hold_code = true;
        runtime = std::make_unique<Runtime>(options, clock);
        model::App app;
        app.functions = {function_of("failing_init", "never")};
        runtime->start(app);
    }
    const TemporaryFolder folder;
    base::SystemClock clock;
    std::unique_ptr<Runtime> runtime;
};

TEST_F(HeldCode, runs_once_it_is_released) {
    auto outcome = invoke_async(*runtime, json_call("never"));
    EXPECT_FALSE(runtime->wait_until_loaded(50ms));
    runtime->release_code();
    ASSERT_TRUE(runtime->wait_until_loaded(60s));
    EXPECT_THAT(outcome.get().error.message, HasSubstr("DATABASE_URL is not set"));
}

TEST_F(HeldCode, is_said_to_be_waited_for_once_however_many_calls_wait) {
    std::ostringstream log;
    const auto usual = spdlog::default_logger();
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
    auto first = invoke_async(*runtime, json_call("never")), second = invoke_async(*runtime, json_call("never"));
    runtime->release_code();
    first.wait();
    second.wait();
    runtime.reset();  // nobody logs any more
    spdlog::set_default_logger(usual);
    const std::string said = log.str(), line = "never is still being compiled or loaded: calls wait until it is ready";
    EXPECT_THAT(said, HasSubstr(line));
    EXPECT_EQ(said.find(line), said.rfind(line)) << said;
}

TEST_F(HeldCode, never_runs_where_the_daemon_ends_before) {
    auto outcome = invoke_async(*runtime, json_call("never"));
    runtime->cancel_loading();
    runtime.reset();
    EXPECT_EQ(outcome.get().status, OutcomeStatus::shutting_down);
}

TEST_F(HeldCode, keeps_nobody_who_gives_the_runtime_up) {
    const auto begun = std::chrono::steady_clock::now();
    runtime.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 9s);
}

// A child that looks into a module has 15 seconds, and an init hook as long as it likes.
struct HangingLoad : ::testing::Test {
    void start(const std::string& module, const std::string& function) {
        model::App app;
        app.functions = {function_of(module, function)};
        app.functions[0].environment = {{"WAITS", waits.string()}, {"GATE", gate.string()}};
        runtime->start(app);
        while (!std::filesystem::exists(waits) && std::chrono::steady_clock::now() - begun < 60s)
            std::this_thread::sleep_for(1ms);
        ASSERT_TRUE(std::filesystem::exists(waits)) << "the module was not loaded";
    }
    const TemporaryFolder folder;
    const std::filesystem::path waits = folder.path() / "waits", gate = folder.path() / "gate";
    base::SystemClock clock;
    std::unique_ptr<Runtime> runtime = std::make_unique<Runtime>(options_in(folder), clock);
    const std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
};

TEST_F(HangingLoad, of_a_module_that_a_child_looks_into_ends_with_the_runtime) {
    ::setenv("FAASD_TEST_HANGS", waits.c_str(), 1);
    start("hanging_initializer", "never");
    runtime.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
    ::unsetenv("FAASD_TEST_HANGS");
}

TEST_F(HangingLoad, in_an_init_hook_is_given_up_by_the_shutdown_and_waited_for_by_the_end_of_the_object) {
    start("gated_init", "echo");
    EXPECT_FALSE(runtime->shutdown(base::Duration::zero()));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
    EXPECT_TRUE(runtime->is_loading());
    std::ofstream{gate};
    runtime.reset();
}

TEST(SlowInit, leaves_callers_with_the_reason_until_it_ends) {
    const TemporaryFolder folder;
    base::SystemClock clock;
    auto options = options_in(folder);
    options.init_patience = 20ms;
    Runtime runtime(options, clock);
    model::App app;
    app.functions = {function_of("slow_init", "echo")};
    app.functions[0].timeout = 20ms;
    runtime.start(app);
    const auto outcome = invoke(runtime, json_call("echo"));
    EXPECT_EQ(outcome.status, OutcomeStatus::unavailable);
    EXPECT_THAT(outcome.error.message, HasSubstr("the init hook of echo has not ended within 20ms"));
    ASSERT_TRUE(runtime.wait_until_loaded(60s));
    EXPECT_EQ(payload(invoke(runtime, json_call("echo"))), "\"slow\"");
}

}  // namespace
}  // namespace faasd::runtime::testing
