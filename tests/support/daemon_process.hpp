// The real daemon, as a process of its own, over an app in a temporary folder.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "gateway/http_client.hpp"

namespace faasd::test {

// Removed, with all that is in it, by the destructor.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, const std::string& text) const;  // folders on the way are made
    [[nodiscard]] std::string read(const std::string& name) const;

  private:
    std::filesystem::path path_;
};

struct CommandResult {
    int exit_code = -1;
    std::string out, err;
};
// Runs a program to its end; `input` is its standard input.
CommandResult run(const std::vector<std::string>& command, const std::filesystem::path& folder = "/",
                  const std::string& input = {}, const std::map<std::string, std::string>& environment = {});

// Until `holds`, looking again every few milliseconds; false after `at_most`.
bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds at_most = std::chrono::seconds{30});

// A program that runs beside the test, with an empty standard input.
class BackgroundProcess {
  public:
    explicit BackgroundProcess(const std::vector<std::string>& command);
    ~BackgroundProcess();  // SIGTERM, so that it can end what it has started; and waits
    BackgroundProcess(const BackgroundProcess&) = delete;
    BackgroundProcess& operator=(const BackgroundProcess&) = delete;

    [[nodiscard]] bool running();
    [[nodiscard]] std::string log() const;  // all that it has printed

  private:
    TemporaryFolder own_;
    pid_t pid_ = -1;
};

class DaemonProcess {
  public:
    // Serves the folder's faasd.yaml on free ports; further arguments of `faasd serve` follow. Waits until it serves;
    // where it ends instead, running() is false and log() says why.
    explicit DaemonProcess(const std::filesystem::path& app, std::vector<std::string> arguments = {},
                           const std::filesystem::path& executable = FAASD_EXECUTABLE);
    ~DaemonProcess();  // kill()
    DaemonProcess(const DaemonProcess&) = delete;
    DaemonProcess& operator=(const DaemonProcess&) = delete;

    [[nodiscard]] bool running();
    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::uint16_t control_port() const { return control_port_; }
    [[nodiscard]] std::string control_url() const { return "http://127.0.0.1:" + std::to_string(control_port_); }
    [[nodiscard]] std::string log() const;  // all that it has printed
    void signal(int number) const;
    int wait();  // for its end; the exit code, or 128 + the signal
    void kill();  // SIGKILL, and waits
    // SIGTERM, and waits; the exit code.
    int stop();

    // Of the app; an unanswered request has status 0.
    gateway::ClientResponse get(const std::string& target) const;
    gateway::ClientResponse request(const std::string& method, const std::string& target, const std::string& body,
                                    std::vector<std::pair<std::string, std::string>> headers = {}) const;
    // Of the control API, below /_faasd/v1/.
    gateway::ClientResponse control(const std::string& method, const std::string& path,
                                    const std::string& body = {}) const;
    // A named operation's answer: {"result", "body"}, or {"error"}.
    nlohmann::json operation(const std::string& name, const nlohmann::json& params) const;
    // The command line, pointed at this daemon.
    CommandResult faasd(const std::vector<std::string>& arguments, const std::string& input = {}) const;

  private:
    TemporaryFolder own_;  // its output and ports
    pid_t pid_ = -1;
    std::uint16_t port_ = 0, control_port_ = 0;
};

}  // namespace faasd::test
