// faasd serve: what it prints, what it refuses and what it keeps.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>

#include "support/workbench.hpp"

namespace {

using namespace faasd::test;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A port that this process listens on.
struct HeldPort {
    HeldPort() : descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::listen(descriptor, 1);
        socklen_t size = sizeof address;
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
        port = std::to_string(ntohs(address.sin_port));
    }
    ~HeldPort() { ::close(descriptor); }
    HeldPort(const HeldPort&) = delete;
    HeldPort& operator=(const HeldPort&) = delete;
    int descriptor;
    std::string port;
};

std::string echo_app(const std::string& more = {}) {
    return "name: shop\nfunctions:\n  echo: { module: \"" FAASD_ECHO_MODULE "\" }\nroutes:\n  GET /things/{id}: echo\n" +
           more;
}

struct App {
    explicit App(const std::string& yaml = echo_app()) { folder.write("faasd.yaml", yaml); }
    [[nodiscard]] const std::filesystem::path& path() const { return folder.path(); }
    TemporaryFolder folder;
};

std::string message_of_failure(const App& app, std::vector<std::string> more) {
    std::vector<std::string> arguments{"serve", app.path().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto result = run_faasd(arguments);
    EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
    return result.out + result.err;
}

TEST(Serve, the_banner_shows_urls_functions_routes_triggers_and_two_lines_to_try) {
    App app(echo_app(R"(queues:
  jobs: { consumer: echo }
schedules:
  nightly: { cron: "0 3 * * *", time_zone: Europe/Berlin, function: echo }
buckets:
  photos: { notifications: [ { prefix: uploads/, suffix: .jpg, queue: jobs } ] }
watches:
  inbox: { folder: inbox, function: echo }
)"));
    DaemonProcess daemon(app.path());
    ASSERT_TRUE(daemon.running()) << daemon.log();
    const std::string app_url = "http://127.0.0.1:" + std::to_string(daemon.port());
    ASSERT_TRUE(eventually([&] { return daemon.log().find("Ctrl-C") != std::string::npos; }));
    EXPECT_THAT(daemon.log(),
                AllOf(HasSubstr("shop is served by faasd"), HasSubstr(app_url), HasSubstr(daemon.control_url()),
                      HasSubstr("functions\n    echo"), HasSubstr("GET /things/{id}  -> echo"),
                      HasSubstr("queue jobs"), HasSubstr("schedule nightly"), HasSubstr("cron(0 3 * * *) Europe/Berlin"),
                      HasSubstr("bucket photos/uploads/*.jpg"), HasSubstr("-> queue jobs"), HasSubstr("folder inbox/"),
                      HasSubstr("try\n    curl " + app_url + "/things/1\n    curl -T FILE.jpg " + daemon.control_url())));
    EXPECT_THAT(daemon.log(), Not(HasSubstr("\033["))) << "no colours where nobody looks at a terminal";
}

TEST(Serve, the_ports_file_tells_programs_where_it_serves) {
    App app;
    DaemonProcess daemon(app.path());
    // The harness reads the file that it names itself; a daemon of the default data folder leaves one there too.
    const auto found = nlohmann::json::parse(app.folder.read(".faasd/ports.json"));
    EXPECT_EQ(found["port"], daemon.port());
    EXPECT_EQ(found["control_port"], daemon.control_port());
    EXPECT_EQ(found["app_url"], "http://127.0.0.1:" + std::to_string(daemon.port()));
    EXPECT_EQ(found["control_url"], daemon.control_url());
    EXPECT_EQ(found["process"], daemon.pid());
    EXPECT_NE(daemon.port(), 0) << "port 0 becomes a real one";
    EXPECT_NE(daemon.port(), daemon.control_port());
    EXPECT_EQ(daemon.stop(), 0);
    EXPECT_FALSE(std::filesystem::exists(app.path() / ".faasd/ports.json")) << "nobody serves there any more";
}

TEST(Serve, a_command_in_the_apps_folder_finds_the_daemon_by_itself) {
    App app;
    DaemonProcess daemon(app.path());
    app.folder.write("below/it/file", "");
    const auto result = run_faasd({"status"}, app.path() / "below" / "it");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, AllOf(HasSubstr("shop"), HasSubstr(daemon.control_url())));
}

TEST(Serve, a_port_in_use_is_refused_with_the_port_and_who_holds_it) {
    App app;
    HeldPort held;
    const std::string holder = "port " + held.port + " is in use by pid " + std::to_string(::getpid());
    EXPECT_THAT(message_of_failure(app, {"--port", held.port, "--control-port", "0"}), HasSubstr(holder));
    EXPECT_THAT(message_of_failure(app, {"--port", "0", "--control-port", held.port}), HasSubstr(holder));
}

TEST(Serve, a_start_that_fails_is_not_kept_waiting_by_a_module_that_hangs_in_being_opened) {
    const App app("functions:\n  never: { module: \"" FAASD_BINARY_DIR
                  "/tests/runtime/modules/test_module_hanging_initializer.so\" }\n");
    {
        DaemonProcess daemon(app.path());  // from now on it is known as one that can be opened
        ASSERT_EQ(function_status(daemon, "never")["state"], "ready") << daemon.log();
        EXPECT_EQ(daemon.stop(), 0);
    }
    const HeldPort port;
    const auto hangs = app.path() / "hangs";
    // The port may be refused before another thread has come to the module.
    for (int attempt = 0; attempt < 20 && !std::filesystem::exists(hangs); ++attempt) {
        const auto begun = std::chrono::steady_clock::now();
        const auto failed =
            run_faasd({"serve", app.path().string(), "--port", port.port}, "/", {{"FAASD_TEST_HANGS", hangs.string()}});
        EXPECT_EQ(failed.exit_code, 1);
        EXPECT_THAT(failed.err, HasSubstr(port.port));
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{9});
    }
    EXPECT_TRUE(std::filesystem::exists(hangs)) << "nothing was opened, and so nothing hung";
}

TEST(Serve, a_data_folder_that_another_daemon_holds_is_refused_with_its_pid) {
    App app;
    DaemonProcess daemon(app.path());
    const std::string message = message_of_failure(app, {"--port", "0", "--control-port", "0"});
    EXPECT_THAT(message, AllOf(HasSubstr("is in use by process " + std::to_string(daemon.pid())),
                               HasSubstr((app.path() / ".faasd").string()), HasSubstr("--data-dir")));
    EXPECT_EQ(daemon.get("/things/1").status, 200U) << "the first one goes on";
    EXPECT_TRUE(std::filesystem::exists(app.path() / ".faasd/ports.json")) << "and is still found";
}

TEST(Serve, wrong_usage_ends_with_2_and_says_where_help_is) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"serve", "--prot", "1"}, {"serve", "--port", "many"}, {"serve", "--port", "65536"},
          {"serve", "--durability", "some"}, {"serve", "--workers", "0"}, {"serve", "--grace", "soon"}}) {
        const auto result = run_faasd(words, "/");
        EXPECT_EQ(result.exit_code, 2) << words[1] << result.err;
        EXPECT_THAT(result.err, HasSubstr(words[1])) << "it names what is wrong";
    }
    EXPECT_THAT(run_faasd({"serve", "--prot", "1"}).err, HasSubstr("See 'faasd serve --help'"));
    EXPECT_EQ(run_faasd({}).exit_code, 2);
    EXPECT_EQ(run_faasd({"serv"}).exit_code, 2);
}

TEST(Serve, every_mistake_of_a_configuration_is_shown_with_its_place_and_what_was_meant) {
    App app("functions:\n  echo: { module: echo.so, timout: 3s }\nroutes:\n  GET /: ehco\n");
    for (const char* command : {"serve", "check"}) {
        const auto result = run_faasd({command, app.path().string()});
        EXPECT_EQ(result.exit_code, 1);
        EXPECT_THAT(result.err, AllOf(HasSubstr("faasd.yaml:2:28: error: unknown key 'timout'"),
                                      HasSubstr("did you mean 'timeout'?"), HasSubstr("faasd.yaml:4:10: error"),
                                      HasSubstr("did you mean 'echo'?")));
    }
    EXPECT_FALSE(std::filesystem::exists(app.path() / ".faasd")) << "nothing was started";
}

TEST(Serve, a_folder_without_a_configuration_is_a_clear_message) {
    TemporaryFolder empty;
    const auto result = run_faasd({"serve", empty.path().string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr(empty.path().string() + ": error: this folder has no faasd.yaml"));
}

class KeptState : public testing::TestWithParam<int> {};
TEST_P(KeptState, survives_the_end_of_the_daemon) {
    App app(echo_app("queues: [jobs]\nbuckets: [files]\ntables: { notes: { key: id } }\n"));
    const std::string large(300'000, 'x');
    {
        DaemonProcess daemon(app.path());
        ASSERT_TRUE(daemon.running()) << daemon.log();
        daemon.operation("queue.send", {{"queue", "jobs"}, {"$body", "remember me"}});
        daemon.operation("bucket.put", {{"bucket", "files"}, {"key", "a/large"}, {"$body", large}});
        daemon.operation("table.put", {{"table", "notes"}, {"item", {{"id", "7"}}}, {"plain", true}});
        daemon.signal(GetParam());
        daemon.wait();
    }
    DaemonProcess daemon(app.path());
    ASSERT_TRUE(daemon.running()) << daemon.log();
    EXPECT_EQ(daemon.operation("queue.peek", {{"queue", "jobs"}})["result"]["messages"][0]["body"], "remember me");
    EXPECT_EQ(daemon.operation("bucket.get", {{"bucket", "files"}, {"key", "a/large"}})["body"], large);
    EXPECT_EQ(daemon.operation("table.get", {{"table", "notes"}, {"key", "7"}, {"plain", true}})["result"]["item"]["id"],
              "7");
}
INSTANTIATE_TEST_SUITE_P(Serve, KeptState, testing::Values(SIGTERM, SIGKILL),
                         [](const auto& which) { return which.param == SIGKILL ? "killed" : "stopped"; });

// The folder in memory that the daemon has open.
std::filesystem::path memory_folder(const DaemonProcess& daemon) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(daemon.pid()) + "/fd")) {
        const auto target = std::filesystem::read_symlink(entry.path(), ignored);
        if (target.string().starts_with("/dev/shm/faasd-")) return target.parent_path();
    }
    return {};
}

TEST(Serve, ephemeral_state_leaves_nothing_behind) {
    App app(echo_app("queues: [jobs]\n"));
    std::filesystem::path folder;
    {
        DaemonProcess daemon(app.path(), {"--ephemeral"});
        folder = memory_folder(daemon);
        ASSERT_FALSE(folder.empty());
        daemon.operation("queue.send", {{"queue", "jobs"}, {"$body", "forget me"}});
        EXPECT_EQ(daemon.stop(), 0);
        EXPECT_FALSE(std::filesystem::exists(folder));
    }
    DaemonProcess daemon(app.path(), {"--ephemeral"});
    EXPECT_EQ(daemon.operation("queue.peek", {{"queue", "jobs"}})["result"]["messages"].size(), 0U);
    EXPECT_FALSE(std::filesystem::exists(app.path() / ".faasd/state.sqlite"));
}

TEST(Serve, what_a_killed_ephemeral_daemon_left_in_memory_is_swept_by_the_next_one) {
    App app;
    std::filesystem::path left;
    {
        DaemonProcess daemon(app.path(), {"--ephemeral"});
        left = memory_folder(daemon);
    }
    ASSERT_TRUE(std::filesystem::exists(left));
    DaemonProcess daemon(app.path(), {"--ephemeral"});
    EXPECT_FALSE(std::filesystem::exists(left));
}

TEST(Serve, a_state_file_of_a_newer_version_is_refused_and_left_alone) {
    App app;
    ASSERT_EQ(DaemonProcess(app.path()).stop(), 0);
    // The layout's version is a big-endian number at offset 60 of the header (sqlite.org/fileformat.html).
    const auto file = app.path() / ".faasd/state.sqlite";
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(60).write("\0\0\xff\xff", 4);
    const std::string before = app.folder.read(".faasd/state.sqlite");
    EXPECT_THAT(message_of_failure(app, {"--port", "0", "--control-port", "0"}),
                AllOf(HasSubstr(file.string()), HasSubstr("newer faasd (layout 65535")));
    EXPECT_EQ(app.folder.read(".faasd/state.sqlite"), before);
}

TEST(Serve, a_state_file_that_is_none_is_refused_and_left_alone) {
    App app;
    const std::string garbage(20'000, 'g');
    app.folder.write(".faasd/state.sqlite", garbage);
    EXPECT_THAT(message_of_failure(app, {"--port", "0", "--control-port", "0"}),
                AllOf(HasSubstr("state.sqlite is not a database"), HasSubstr("--data-dir")));
    EXPECT_EQ(app.folder.read(".faasd/state.sqlite"), garbage);
}

TEST(Serve, log_lines_for_programs_are_json) {
    App app;
    DaemonProcess daemon(app.path(), {"--ephemeral", "--log-format", "json", "--log-level", "debug"});
    EXPECT_EQ(daemon.stop(), 0);
    std::istringstream lines(daemon.log());
    int records = 0;
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("{")) {
            ++records;
            EXPECT_TRUE(nlohmann::json::accept(line)) << line;
        }
    EXPECT_GT(records, 1);
}

}  // namespace
