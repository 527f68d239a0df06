#include <thread>

#include "fixture.hpp"
#include "runtime/builder.hpp"
#include "runtime/file_watcher.hpp"

namespace faasd::runtime::testing {
namespace {

using model::OutcomeStatus;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

// A module of the plain ABI: compiles in a fraction of what the SDK takes.
std::string source_of(const std::string& answer) {
    return R"(#include <faasd/abi.h>
static void run(const faasd_host* host, faasd_call* call, const faasd_event*) {
    const char text[] = ")" +
           answer + R"(";
    host->respond_payload(call, {text, sizeof text - 1});
}
static const faasd_function function{sizeof(faasd_function), "answer", FAASD_EVENT_PAYLOAD, "json", &run};
static const faasd_function* const functions[]{&function};
extern "C" const faasd_module* faasd_module_descriptor(void) {
    static const faasd_module module{sizeof(faasd_module), FAASD_ABI_VERSION, "test", functions, 1, nullptr};
    return &module;
}
)";
}

struct Reload : RuntimeTest {
    model::FunctionDefinition from_source(const std::string& answer) {
        model::FunctionDefinition definition;
        definition.name = "answer";
        definition.sources = {folder.write("src/answer.cpp", source_of(answer))};
        return definition;
    }
    std::string answer() {
        const auto outcome = invoke(runtime, json_call("answer"));
        return outcome.status == OutcomeStatus::success ? payload(outcome) : outcome.error.message;
    }
};

TEST_F(Reload, a_function_is_built_from_its_source_and_again_when_that_changes) {
    start({from_source("1")});
    EXPECT_EQ(answer(), "1");
    folder.write("src/answer.cpp", source_of("2"));
    runtime.reload_changed();
    EXPECT_EQ(answer(), "2");
    EXPECT_EQ(runtime.status().functions[0].version, "2");
}

TEST_F(Reload, a_source_that_does_not_compile_leaves_the_old_code_serving_and_shows_the_compilers_words) {
    start({from_source("1")});
    folder.write("src/answer.cpp", "int main( {\n");
    runtime.reload_changed();
    EXPECT_EQ(answer(), "1");
    EXPECT_THAT(runtime.status().functions[0].error, AllOf(HasSubstr("answer.cpp:1:"), HasSubstr("error")));
    folder.write("src/answer.cpp", source_of("3"));
    runtime.reload_changed();
    EXPECT_EQ(answer(), "3");
    EXPECT_EQ(runtime.status().functions[0].error, "");
}

TEST_F(Reload, a_changed_header_is_a_changed_source) {
    folder.write("src/value.hpp", "#define VALUE 1\n");
    model::FunctionDefinition definition = from_source("\" VALUE_TEXT(VALUE) \"");
    folder.write("src/answer.cpp",
                 "#include \"value.hpp\"\n#define VALUE_TEXT2(x) #x\n#define VALUE_TEXT(x) VALUE_TEXT2(x)\n" +
                     source_of("\" VALUE_TEXT(VALUE) \""));
    start({definition});
    EXPECT_EQ(answer(), "1");
    folder.write("src/value.hpp", "#define VALUE 2\n");
    runtime.reload_changed();
    EXPECT_EQ(answer(), "2");
}

TEST_F(Reload, an_unchanged_source_is_not_compiled_again) {
    start({from_source("1")});
    BuilderOptions options = options_in(folder).builder;
    options.cache = folder.path() / "cache";
    Builder builder(options);
    const auto built = builder.build({{folder.path() / "src/answer.cpp"}, {}});
    EXPECT_TRUE(built.from_cache);
}

TEST_F(Reload, a_module_that_is_replaced_serves_its_new_code_and_calls_in_flight_end_on_the_old) {
    const auto module = folder.path() / "module.so";
    std::filesystem::copy_file(module_file("basics"), module);
    auto definition = function_of("basics", "sleeps");
    definition.module = module;
    auto counting = function_of("basics", "count");
    counting.module = module;
    start({definition, counting});
    invoke(runtime, json_call("count"));
    auto in_flight = invoke_async(runtime, json_call("sleeps", R"({"ms":200})"));
    // In place, as a careless build does: the loaded image must not notice.
    std::filesystem::copy_file(module_file("basics"), module,
                               std::filesystem::copy_options::overwrite_existing);
    runtime.reload_changed();
    const auto count = json::parse(payload(invoke(runtime, json_call("count"))));
    EXPECT_EQ(count["calls"], 1) << "static state starts afresh";
    EXPECT_EQ(in_flight.get().status, OutcomeStatus::success);
}

TEST_F(Reload, a_broken_module_leaves_the_old_one_serving) {
    const auto module = folder.path() / "module.so";
    std::filesystem::copy_file(module_file("basics"), module);
    auto definition = function_of("basics", "echo");
    definition.module = module;
    start({definition});
    std::filesystem::copy_file(module_file("wrong_abi"), module,
                               std::filesystem::copy_options::overwrite_existing);
    runtime.reload_changed();
    EXPECT_EQ(invoke(runtime, json_call("echo")).status, OutcomeStatus::success);
    EXPECT_THAT(runtime.status().functions[0].error, HasSubstr("version 99"));
}

TEST_F(Reload, another_configuration_adds_changes_and_removes_functions) {
    auto context = function_of("basics", "context_of");
    context.environment["GREETING"] = "moin";
    start({context, function_of("basics", "echo")});
    EXPECT_EQ(invoke(runtime, json_call("echo")).status, OutcomeStatus::success);
    model::App app;
    context.environment["GREETING"] = "servus";
    app.functions = {context, function_of("basics", "count")};
    runtime.replace(app);
    ASSERT_TRUE(runtime.wait_until_loaded(60s));
    EXPECT_EQ(json::parse(payload(invoke(runtime, json_call("context_of"))))["greeting"], "servus");
    EXPECT_EQ(invoke(runtime, json_call("count")).status, OutcomeStatus::success);
    EXPECT_EQ(invoke(runtime, json_call("echo")).status, OutcomeStatus::no_such_function);
}

TEST_F(Reload, no_call_fails_while_code_is_reloaded_under_load) {
    start({from_source("1")});
    std::atomic<bool> stop{false};
    std::atomic<int> calls{0}, failures{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 3; ++i)
        callers.emplace_back([&] {
            while (!stop) {
                failures += invoke(runtime, json_call("answer")).status != OutcomeStatus::success;
                ++calls;
            }
        });
    for (int version = 2; version < 5; ++version) {
        folder.write("src/answer.cpp", source_of(std::to_string(version)));
        runtime.reload_changed();
    }
    stop = true;
    for (auto& caller : callers)
        caller.join();
    EXPECT_EQ(failures, 0);
    EXPECT_GT(calls, 0);
    EXPECT_EQ(answer(), "4");
}

TEST(FileWatcher, reports_a_file_once_it_has_been_written_completely) {
    const TemporaryFolder folder;
    const auto file = folder.write("module.so", "one");
    std::promise<void> changed;
    FileWatcher watcher(30ms, [&, once = std::make_shared<std::atomic<bool>>(false)] {
        if (!once->exchange(true)) changed.set_value();
    });
    watcher.watch({FileStamp::of(file)});
    folder.write("other", "does not matter");
    for (int i = 0; i < 5; ++i) {
        std::ofstream(file, std::ios::app) << "piece";
        std::this_thread::sleep_for(5ms);
    }
    changed.get_future().wait();
    EXPECT_EQ(std::filesystem::file_size(file), 3 + 5 * 5);
}

TEST(FileWatcher, a_change_between_reading_a_file_and_watching_it_is_not_missed) {
    const TemporaryFolder folder;
    const auto file = folder.write("module.so", "one");
    const auto before = FileStamp::of(file);
    std::promise<void> changed;
    FileWatcher watcher(10ms, [&] { changed.set_value(); });
    folder.write("module.so", "another one");
    watcher.watch({before});
    changed.get_future().wait();
}

}  // namespace
}  // namespace faasd::runtime::testing
