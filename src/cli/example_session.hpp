// An example that runs: its daemon, the daemons beside it, and the scripts that feed and check it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cli/child.hpp"
#include "cli/examples.hpp"

namespace faasd::cli {

struct SessionOptions {
    std::uint16_t port = 0, control_port = 0;  // 0: free ones
    std::string database;                      // empty: the example's own
    double fail_rate = 0;                      // of its own functions' calls
    std::uint64_t seed = 0;
    bool json_log = false;                     // the daemon's
    // Called every few milliseconds while something is waited for, and once when its daemon has ended by itself; with the
    // daemon's log.
    std::function<void(const std::filesystem::path& log, bool ended)> meanwhile;
};

// Everything lies in a temporary folder, and is gone with it. One thread uses it, and that thread must be the only one of
// the process (it forks). Methods throw CommandError; Interrupted where somebody pressed Ctrl-C meanwhile.
class ExampleSession {
  public:
    struct Interrupted {};

    // Serves it and waits until it does.
    ExampleSession(Example example, SessionOptions options);
    ~ExampleSession();  // stops what runs
    ExampleSession(const ExampleSession&) = delete;
    ExampleSession& operator=(const ExampleSession&) = delete;

    struct Ended {
        int exit_code = 0;
        unsigned kills = 0;
    };
    // Runs a script to its end; meanwhile the daemon is killed and started again so many times, at random moments.
    // `output`: a file for what it prints; empty: one's own.
    // `kill_within`: the time within which the first one comes, if the script is not over by then; none: soon.
    Ended run_script(const char* script, unsigned kills = 0, const std::filesystem::path& output = {},
                     std::optional<std::chrono::milliseconds> kill_within = {});

    // Until somebody presses Ctrl-C, or `until` holds.
    void wait(const std::function<bool()>& until);
    [[nodiscard]] std::filesystem::path work() const { return folder_ / "work"; }
    [[nodiscard]] const std::string& app_url() const { return app_url_; }
    [[nodiscard]] const std::string& control_url() const { return control_url_; }
    [[nodiscard]] std::string log() const;  // the last lines of its daemon's

  private:
    struct Server;
    void shut_down();
    void choose_ports();
    void start_database();
    [[nodiscard]] std::unique_ptr<Server> launch(const std::filesystem::path& configuration, std::uint16_t port,
                                                 std::uint16_t control_port);
    void wait_until_served(Server& server);
    void restart();
    void pause() const;
    void require_functions() const;
    [[noreturn]] void say_that_it_ended(const Server& server) const;

    Example example_;
    SessionOptions options_;
    std::mt19937_64 random_;
    std::filesystem::path folder_;
    std::map<std::string, std::string> environment_;
    std::vector<std::unique_ptr<Server>> beside_;
    std::unique_ptr<Server> main_;
    std::string app_url_, control_url_;
    std::optional<Child> database_;
};

// Ctrl-C, SIGTERM: are they asked for? From the first call on they end nothing by themselves.
[[nodiscard]] bool interrupted();

}  // namespace faasd::cli
