// Edits while clients keep asking: every request is answered, by the old code or the new.
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "support/daemon_process.hpp"
#include "support/raw_client.hpp"

namespace {

using namespace faasd::test;
using testing::HasSubstr;

const std::string kYaml = "functions: { version: version.cpp }\nroutes:\n  GET /version: version\n";

std::string source(const std::string& version) {
    return "#include <faasd/function.hpp>\n"
           "faasd::HttpResponse version(const faasd::HttpRequest&) { return faasd::HttpResponse::text(\"" + version +
           "\"); }\n"
           "FAASD_FUNCTION(version)\n";
}

// Clients that ask without a pause on connections they keep, and notice every answer that is not 200.
class Load {
  public:
    explicit Load(std::uint16_t port) {
        for (int i = 0; i < 3; ++i)
            clients_.emplace_back([this, port] { ask(port); });
    }
    ~Load() { stop(); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;
    void stop() {
        stopping_ = true;
        for (auto& client : clients_)
            if (client.joinable()) client.join();
    }
    [[nodiscard]] int failures() const { return failures_; }
    [[nodiscard]] int answers() const { return answers_; }
    std::string first_failure() {
        const std::lock_guard lock(mutex_);
        return first_failure_;
    }

  private:
    void ask(std::uint16_t port) {
        auto connection = std::make_unique<RawClient>(port);
        while (!stopping_) {
            const std::string answer = connection->get("/version");
            ++answers_;
            if (!answer.starts_with("HTTP/1.1 200")) {
                ++failures_;
                const std::lock_guard lock(mutex_);
                if (first_failure_.empty()) first_failure_ = answer.empty() ? "no answer" : answer;
            }
            // The gateway may end a connection after an answer, when it says so.
            if (answer.empty() || answer.find("Connection: close") != std::string::npos)
                connection = std::make_unique<RawClient>(port);
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
    }
    std::atomic<bool> stopping_ = false;
    std::atomic<int> failures_ = 0, answers_ = 0;
    std::mutex mutex_;
    std::string first_failure_;
    std::vector<std::thread> clients_;
};

TEST(Reload, no_request_fails_while_source_and_configuration_are_edited_broken_and_mended) {
    TemporaryFolder app;
    app.write("faasd.yaml", kYaml);
    app.write("version.cpp", source("one"));
    DaemonProcess daemon(app.path(), {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    const auto answers = [&](const std::string& version) {
        return eventually([&] { return daemon.get("/version").body == version; }, std::chrono::minutes{5});
    };
    const auto status = [&] { return nlohmann::json::parse(daemon.control("GET", "status").body); };
    ASSERT_TRUE(answers("one")) << daemon.log();
    Load load(daemon.port());

    app.write("version.cpp", source("two"));
    EXPECT_TRUE(answers("two")) << "an edit is served";

    app.write("version.cpp", "#include <faasd/function.hpp>\nthis does not compile;\n");
    EXPECT_TRUE(eventually([&] { return status()["functions"][0].value("error", "").find("version.cpp:2") != std::string::npos; },
                           std::chrono::minutes{5}))
        << "the compiler's message is in the status";
    EXPECT_EQ(daemon.get("/version").body, "two") << "what worked goes on";
    EXPECT_THAT(daemon.log(), HasSubstr("goes on serving"));

    app.write("version.cpp", source("three"));
    EXPECT_TRUE(answers("three"));
    EXPECT_FALSE(status()["functions"][0].contains("error"));

    EXPECT_EQ(daemon.get("/more").status, 404U);
    app.write("faasd.yaml", kYaml + "  GET /more: version\nqueues: [jobs]\n");
    EXPECT_TRUE(eventually([&] { return daemon.get("/more").status == 200; })) << "a new route is served";
    EXPECT_EQ(daemon.operation("queue.send", {{"queue", "jobs"}, {"$body", "x"}}).contains("result"), true)
        << "a new queue is there";

    app.write("faasd.yaml", kYaml + "  GET /more: vershun\n");
    EXPECT_TRUE(eventually([&] { return status().contains("configuration_error"); }));
    EXPECT_THAT(status()["configuration_error"].get<std::string>(), HasSubstr("did you mean 'version'?"));
    EXPECT_EQ(daemon.get("/more").status, 200U) << "the running configuration goes on";

    app.write("faasd.yaml", kYaml);
    EXPECT_TRUE(eventually([&] { return daemon.get("/more").status == 404; })) << "a route that was taken out is gone";
    EXPECT_FALSE(status().contains("configuration_error"));

    load.stop();
    EXPECT_EQ(load.failures(), 0) << "of " << load.answers() << ", the first: " << load.first_failure();
    EXPECT_GT(load.answers(), 100);
    EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace
