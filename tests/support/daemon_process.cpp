#include "support/daemon_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "base/random.hpp"

namespace faasd::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Output goes to files, so that a program that prints much never waits for its reader.
pid_t spawn(const std::vector<std::string>& command, const fs::path& folder, const fs::path& in, const fs::path& out,
            const fs::path& err, const std::map<std::string, std::string>& environment) {
    std::vector<std::string> words;
    std::map<std::string, std::string> all;
    for (char** variable = environ; *variable; ++variable) {
        const std::string text = *variable;
        all[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
    }
    for (const auto& [name, value] : environment)
        all[name] = value;
    for (const auto& [name, value] : all)
        words.push_back(name + '=' + value);
    std::vector<char*> variables, arguments;
    for (std::string& word : words)
        variables.push_back(word.data());
    variables.push_back(nullptr);
    std::vector<std::string> copies = command;
    for (std::string& word : copies)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, in.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    pid_t pid = -1;
    const int error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), variables.data());
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error(command[0] + ": it could not be started");
    return pid;
}

// The process stays to be waited for.
bool still_runs(pid_t pid) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

TemporaryFolder::TemporaryFolder()
    : path_(fs::temp_directory_path() / ("faasd-test-" + base::random_hex(12))) {
    fs::create_directories(path_);
}
TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}
void TemporaryFolder::write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary | std::ios::trunc) << text;
}
std::string TemporaryFolder::read(const std::string& name) const { return read_file(path_ / name); }

CommandResult run(const std::vector<std::string>& command, const fs::path& folder, const std::string& input,
                  const std::map<std::string, std::string>& environment) {
    TemporaryFolder own;
    own.write("in", input);
    const pid_t pid =
        spawn(command, folder, own.path() / "in", own.path() / "out", own.path() / "err", environment);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return {exit_code_of(status), own.read("out"), own.read("err")};
}

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds at_most) {
    const auto end = std::chrono::steady_clock::now() + at_most;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        ::poll(nullptr, 0, 5);
    }
    return true;
}

BackgroundProcess::BackgroundProcess(const std::vector<std::string>& command) {
    pid_ = spawn(command, own_.path(), "/dev/null", own_.path() / "log", own_.path() / "log", {});
}

BackgroundProcess::~BackgroundProcess() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
}

bool BackgroundProcess::running() { return still_runs(pid_); }
std::string BackgroundProcess::log() const { return read_file(own_.path() / "log"); }

DaemonProcess::DaemonProcess(const fs::path& app, std::vector<std::string> arguments, const fs::path& executable) {
    const fs::path ports = own_.path() / "ports.json";
    std::vector<std::string> command{executable.string(), "serve", app.string(), "--port", "0", "--control-port",
                                     "0", "--ports-file", ports.string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    pid_ = spawn(command, "/", "/dev/null", own_.path() / "log", own_.path() / "log", {});
    eventually([&] { return fs::exists(ports) || !running(); }, std::chrono::minutes{3});
    const auto read = nlohmann::json::parse(read_file(ports), nullptr, false);
    if (!read.is_object()) return;
    port_ = read["port"];
    control_port_ = read["control_port"];
}

DaemonProcess::~DaemonProcess() { kill(); }

bool DaemonProcess::running() {
    return pid_ > 0 && still_runs(pid_);
}

std::string DaemonProcess::log() const { return read_file(own_.path() / "log"); }
void DaemonProcess::signal(int number) const { ::kill(pid_, number); }

int DaemonProcess::wait() {
    if (pid_ <= 0) return -1;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return exit_code_of(status);
}

void DaemonProcess::kill() {
    if (pid_ <= 0) return;
    signal(SIGKILL);
    wait();
}

int DaemonProcess::stop() {
    signal(SIGTERM);
    return wait();
}

gateway::ClientResponse DaemonProcess::get(const std::string& target) const { return request("GET", target, {}); }

gateway::ClientResponse DaemonProcess::request(const std::string& method, const std::string& target,
                                               const std::string& body,
                                               std::vector<std::pair<std::string, std::string>> headers) const {
    gateway::ClientRequest request;
    request.port = port_;
    request.method = method;
    request.target = target;
    request.body = body;
    request.headers = std::move(headers);
    auto response = gateway::fetch(request);
    return response ? std::move(*response) : gateway::ClientResponse{};
}

gateway::ClientResponse DaemonProcess::control(const std::string& method, const std::string& path,
                                               const std::string& body) const {
    gateway::ClientRequest request;
    request.port = control_port_;
    request.method = method;
    request.target = "/_faasd/v1/" + path;
    request.body = body;
    auto response = gateway::fetch(request);
    return response ? std::move(*response) : gateway::ClientResponse{};
}

nlohmann::json DaemonProcess::operation(const std::string& name, const nlohmann::json& params) const {
    return nlohmann::json::parse(control("POST", "operations/" + name, params.dump()).body, nullptr, false);
}

CommandResult DaemonProcess::faasd(const std::vector<std::string>& arguments, const std::string& input) const {
    std::vector<std::string> command{FAASD_EXECUTABLE};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return test::run(command, "/", input, {{"FAASD_URL", control_url()}});
}

}  // namespace faasd::test
