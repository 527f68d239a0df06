#include "storage/directory_lock.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>

namespace faasd::storage {
namespace {

std::string holder_of(int file) {
    char text[32] = {};
    const ssize_t size = ::pread(file, text, sizeof text - 1, 0);
    std::string pid(text, size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!pid.empty() && (pid.back() < '0' || pid.back() > '9'))
        pid.pop_back();
    return pid.empty() ? "another process" : "process " + pid;
}

// A daemon that was killed, or that has executed itself anew after a crash (then the process is this one), may have been
// about to start a child: until the child executes its program, it still holds its copy of the lock.
bool holder_is_gone(int file) {
    const std::string holder = holder_of(file);
    const pid_t pid = static_cast<pid_t>(std::atoi(holder.substr(holder.rfind(' ') + 1).c_str()));
    return pid > 0 && (pid == ::getpid() || (::kill(pid, 0) != 0 && errno == ESRCH));
}

bool try_lock(int file) {
    constexpr int kTries = 1000;
    for (int i = 0; i < kTries; ++i) {
        if (::flock(file, LOCK_EX | LOCK_NB) == 0) return true;
        if (errno != EWOULDBLOCK) return false;
        if (!holder_is_gone(file)) break;
        ::poll(nullptr, 0, 2);
    }
    errno = EWOULDBLOCK;
    return false;
}

}  // namespace

base::Result<DirectoryLock> DirectoryLock::acquire(const std::filesystem::path& directory) {
    std::error_code failure;
    std::filesystem::create_directories(directory, failure);
    if (failure) {
        return base::Error(failure, "the data folder " + directory.string() + " cannot be created: " +
                                        failure.message() + "; choose another with --data-dir");
    }
    const auto path = directory / "lock";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) {
        const std::error_code code(errno, std::system_category());
        return base::Error(code, "the data folder " + directory.string() +
                                     " cannot be written: " + code.message() +
                                     "; give this user the right to, or choose another with --data-dir");
    }
    DirectoryLock lock(file);
    if (!try_lock(file)) {
        const std::error_code code(errno, std::system_category());
        if (errno != EWOULDBLOCK) {
            return base::Error(
                code, "the data folder " + directory.string() + " cannot be locked: " + code.message());
        }
        return base::Error(code, "the data folder " + directory.string() + " is in use by " +
                                     holder_of(file) +
                                     ": stop that faasd, or choose another folder with --data-dir");
    }
    const std::string pid = std::to_string(::getpid()) + '\n';
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, pid.data(), pid.size(), 0) < 0) {
        // The lock holds all the same; only the message for a second daemon is poorer.
    }
    return lock;
}

DirectoryLock::~DirectoryLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace faasd::storage
