// Functions that never end: their callers get an answer, and others are served on.
#include <atomic>
#include <memory>
#include <thread>

#include <gmock/gmock.h>

#include "support/daemon_process.hpp"

namespace {

using namespace faasd::test;
using namespace std::chrono_literals;

// The pool replaces this many workers that are stuck; further ones are missing.
constexpr int kReplaced = 256;
constexpr int kWorkers = 16;

class Endless : public testing::Test {
  protected:
    // One folder for all tests: its functions are compiled once.
    static void SetUpTestSuite() {
        app_ = std::make_unique<TemporaryFolder>();
        app_->write("faasd.yaml",
                    "functions:\n"
                    "  sleep_forever: { source: endless.cc, timeout: 200ms }\n"
                    "  spin_forever: { source: endless.cc, timeout: 200ms }\n"
                    "  nap: { source: endless.cc, timeout: 5s }\n"
                    "routes: { GET /sleep: sleep_forever, GET /spin: spin_forever, GET /nap: nap }\n");
        app_->write("endless.cc",
                    "#include <unistd.h>\n"
                    "#include <faasd/function.hpp>\n"
                    "faasd::HttpResponse sleep_forever(const faasd::HttpRequest&) { for (;;) ::pause(); }\n"
                    "FAASD_FUNCTION(sleep_forever)\n"
                    "faasd::HttpResponse spin_forever(const faasd::HttpRequest&) {\n"
                    "    for (volatile unsigned turn = 0;; turn = turn + 1) {}\n"
                    "}\n"
                    "FAASD_FUNCTION(spin_forever)\n"
                    "faasd::HttpResponse nap(const faasd::HttpRequest&) {\n"
                    "    ::usleep(20000);\n"
                    "    return faasd::HttpResponse::text(\"rested\");\n"
                    "}\n"
                    "FAASD_FUNCTION(nap)\n");
    }
    static void TearDownTestSuite() { app_.reset(); }
    void SetUp() override {
        daemon_ = std::make_unique<DaemonProcess>(
            app_->path(), std::vector<std::string>{"--workers", std::to_string(kWorkers)});
        ASSERT_TRUE(daemon_->running()) << daemon_->log();
    }

    // Calls `count` times, some at once; how often the answer was `status`.
    int call(const std::string& path, int count, unsigned status) {
        std::atomic<int> left{count}, as_expected{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < kWorkers / 2; ++i)
            threads.emplace_back([&] {
                while (left.fetch_sub(1) > 0)
                    as_expected += daemon_->get(path).status == status;
            });
        for (std::thread& thread : threads)
            thread.join();
        return as_expected;
    }
    nlohmann::json workers() {
        return nlohmann::json::parse(daemon_->control("GET", "status").body)["workers"];
    }

    static inline std::unique_ptr<TemporaryFolder> app_;
    std::unique_ptr<DaemonProcess> daemon_;
};

TEST_F(Endless, as_many_as_are_replaced_leave_others_all_their_workers) {
    EXPECT_EQ(call("/sleep", kReplaced, 504), kReplaced);
    EXPECT_EQ(workers()["written_off"], kReplaced);
    EXPECT_EQ(call("/nap", 100, 200), 100);
    EXPECT_EQ(daemon_->control("GET", "health").status, 200U);
    EXPECT_THAT(daemon_->log(), testing::HasSubstr("is still running after its timeout"));
    EXPECT_EQ(daemon_->stop(), 0) << "a stuck function must not keep the daemon from ending";
}

TEST_F(Endless, more_than_are_replaced_end_in_answers_and_the_daemon_can_still_be_asked) {
    EXPECT_EQ(call("/sleep", kReplaced + kWorkers, 504), kReplaced + kWorkers);
    // No worker is left: a caller is told so within its function's timeout, and does not wait for ever.
    const auto status = daemon_->get("/nap").status;
    EXPECT_THAT(status, testing::AnyOf(503U, 504U));
    EXPECT_EQ(daemon_->control("GET", "health").status, 200U);
    EXPECT_GE(workers()["written_off"], kReplaced);
    EXPECT_EQ(daemon_->stop(), 0);
}

TEST_F(Endless, one_that_computes_for_ever_does_not_stop_others) {
    EXPECT_EQ(call("/spin", 3, 504), 3);
    EXPECT_EQ(call("/nap", 40, 200), 40);
    EXPECT_EQ(daemon_->stop(), 0);
}

}  // namespace
