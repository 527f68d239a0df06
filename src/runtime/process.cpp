#include "runtime/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"

extern char** environ;

namespace faasd::runtime {
namespace {

constexpr std::size_t kMaxOutput = 1024 * 1024;
constexpr std::chrono::milliseconds kBetweenLooks{50};  // at what may cancel it

struct Patience {
    std::chrono::nanoseconds deadline;
    const std::atomic<bool>* cancelled;

    [[nodiscard]] std::chrono::milliseconds left() const {
        if (cancelled && cancelled->load(std::memory_order_relaxed)) return {};
        return std::chrono::ceil<std::chrono::milliseconds>(deadline - base::monotonic_now());
    }
};

// Reads until the end of the output or of the time. False: the time was over.
bool collect(int fd, const Patience& patience, std::string& output) {
    char buffer[16 * 1024];
    while (true) {
        const auto left = patience.left();
        if (left <= left.zero()) return false;
        pollfd poll{fd, POLLIN, 0};
        const int ready = ::poll(&poll, 1, static_cast<int>(std::min(left, kBetweenLooks).count()));
        if (ready < 0 && errno != EINTR) return true;
        if (ready <= 0) continue;
        const ssize_t n = ::read(fd, buffer, sizeof buffer);
        if (n == 0 || (n < 0 && errno != EINTR)) return true;
        if (n > 0)
            output.append(buffer,
                          std::min<std::size_t>(static_cast<std::size_t>(n), kMaxOutput - output.size()));
    }
}

// A child may close its output and go on: it gets what is left of its time, looked at every few milliseconds.
bool wait_until(pid_t child, const Patience& patience, int& status) {
    while (true) {
        const pid_t ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR)) return true;
        if (patience.left() <= std::chrono::milliseconds::zero()) return false;
        ::poll(nullptr, 0, 1);
    }
}

}  // namespace

std::string ProcessResult::how_it_ended() const {
    if (timed_out) return "did not end in time";
    if (signal == 0) return "ended with status " + std::to_string(exit_code);
    const char* name = ::sigabbrev_np(signal);
    return name ? std::string("was killed by SIG") + name : "was killed by signal " + std::to_string(signal);
}

base::Result<ProcessResult> run_process(const std::vector<std::string>& command,
                                        std::chrono::milliseconds timeout, bool merge_errors,
                                        const std::atomic<bool>* cancelled) {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0)
        return base::Error({errno, std::system_category()},
                           "cannot start " + command.front() + ": " + std::strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
    if (merge_errors) ::posix_spawn_file_actions_adddup2(&actions, fds[1], 2);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    std::vector<char*> arguments;
    for (const std::string& argument : command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    ::close(fds[1]);
    if (error != 0) {
        ::close(fds[0]);
        return base::Error({error, std::system_category()},
                           "cannot start " + command.front() + ": " + std::strerror(error));
    }
    ProcessResult result;
    const Patience patience{base::monotonic_now() + timeout, cancelled};
    int status = 0;
    result.timed_out = !collect(fds[0], patience, result.output) || !wait_until(child, patience, status);
    ::close(fds[0]);
    if (result.timed_out) {
        ::kill(-child, SIGKILL);
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
    }
    if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
    if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
    return result;
}

}  // namespace faasd::runtime
