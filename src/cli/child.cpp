#include "cli/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "cli/cli.hpp"

namespace faasd::cli {
namespace {

std::vector<std::string> joined_environment(const std::map<std::string, std::string>& added) {
    std::map<std::string, std::string> all;
    for (char** variable = environ; *variable; ++variable) {
        const std::string text = *variable;
        all[text.substr(0, text.find('='))] = text.substr(std::min(text.size(), text.find('=') + 1));
    }
    for (const auto& [name, value] : added)
        all[name] = value;
    std::vector<std::string> words;
    for (const auto& [name, value] : all)
        words.push_back(name + '=' + value);
    return words;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& word : words)
        out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

}  // namespace

Child::Child(const Launch& launch) {
    auto words = launch.command, variables = joined_environment(launch.environment);
    const auto arguments = pointers(words), environment = pointers(variables);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw CommandError(launch.command.front() + ": it could not be started: " + std::strerror(errno));
    if (pid_ > 0) {
        ::setpgid(pid_, pid_);  // here and there: whoever is first
        return;
    }
    // Between fork and exec only what is safe in a copy of one thread.
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (!launch.output.empty()) {
        const int file = ::open(launch.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (file < 0) ::_exit(127);
        ::dup2(file, 1);
        ::dup2(file, 2);
    }
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) ::dup2(nothing, 0);
    if (!launch.folder.empty() && ::chdir(launch.folder.c_str()) != 0) ::_exit(127);
    ::execvpe(arguments[0], arguments.data(), environment.data());
    const char* const problem = ": it could not be started\n";
    [[maybe_unused]] auto written = ::write(2, arguments[0], std::strlen(arguments[0]));
    written = ::write(2, problem, std::strlen(problem));
    ::_exit(127);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}

Child::~Child() { kill(); }

std::optional<int> Child::ended() {
    if (exit_code_ || pid_ <= 0) return exit_code_;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return exit_code_;
}

void Child::kill() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);  // also what it has left behind
    while (!exit_code_ && !ended())
        ::poll(nullptr, 0, 1);
}

int Child::stop(std::chrono::milliseconds at_most) {
    if (pid_ <= 0) return exit_code_.value_or(0);
    if (!ended()) ::kill(pid_, SIGTERM);
    const auto end = std::chrono::steady_clock::now() + at_most;
    while (!ended() && std::chrono::steady_clock::now() < end)
        ::poll(nullptr, 0, 2);
    kill();
    return exit_code_.value_or(0);
}

}  // namespace faasd::cli
