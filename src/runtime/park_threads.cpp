#include "runtime/park_threads.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>

namespace faasd::runtime {
namespace {

constexpr int kLooks = 100;
constexpr long kBetweenParkedLooks = 500'000;  // ns

std::atomic<int> parked{0};

// Beyond the signals that libraries take for themselves.
int park_signal() { return SIGRTMAX - 2; }

extern "C" void park(int) {
    parked.fetch_add(1);
    while (true)
        ::pause();
}

// As the kernel writes it (getdents64(2)).
struct DirectoryEntry {
    std::uint64_t inode;
    std::int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[1];
};

int number_of(const char* text) {
    int number = 0;
    for (; *text >= '0' && *text <= '9'; ++text)
        number = number * 10 + (*text - '0');
    return number;
}

}  // namespace

void prepare_parking() {
    struct sigaction action {};
    action.sa_handler = park;
    ::sigfillset(&action.sa_mask);
    ::sigaction(park_signal(), &action, nullptr);
}

void park_other_threads() noexcept {
    const int folder = ::open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    const auto process = static_cast<int>(::getpid());
    const auto self = static_cast<int>(::syscall(SYS_gettid));
    int told = 0;
    alignas(DirectoryEntry) char buffer[4096];
    for (long size = 0; (size = ::syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0;) {
        for (long at = 0; at < size;) {
            DirectoryEntry entry;
            std::memcpy(&entry, buffer + at, offsetof(DirectoryEntry, name));
            const int thread = number_of(buffer + at + offsetof(DirectoryEntry, name));
            if (thread > 0 && thread != self && ::syscall(SYS_tgkill, process, thread, park_signal()) == 0) ++told;
            at += entry.length;
        }
    }
    ::close(folder);
    const timespec moment{0, kBetweenParkedLooks};
    for (int look = 0; look < kLooks && parked.load() < told; ++look)
        ::nanosleep(&moment, nullptr);
}

}  // namespace faasd::runtime
