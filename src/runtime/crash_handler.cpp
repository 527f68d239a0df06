#include "runtime/crash_handler.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <execinfo.h>
#include <fcntl.h>
#include <mutex>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/park_threads.hpp"
#include "runtime/running.hpp"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

namespace faasd::runtime {
namespace {

constexpr const char* kRecordVariable = "FAASD_CRASH_RECORD";
constexpr const char* kListenersVariable = "FAASD_CRASH_LISTENERS";
constexpr const char* kCountVariable = "FAASD_CRASH_COUNT";
constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
constexpr int kMaxListeners = 16;
constexpr int kMaxQuickCrashes = 5;
constexpr std::size_t kMaxMaps = 4 * 1024 * 1024;
constexpr unsigned kPatience = 2;  // seconds that the handler may take

// All of it is made ready beforehand: the handler allocates nothing.
struct Prepared {
    char** arguments = nullptr;
    char** environment = nullptr;  // the first three are ours
    char record_variable[40]{}, listeners_variable[1024]{}, count_variable[40]{};
    int record_fd = -1;
    int listeners[kMaxListeners]{};
    int listener_count = 0;
    int quick_crashes = 0;  // before this start
    void (*last_words)() noexcept = nullptr;
    timespec started{};
    CrashRecord record{};
};
Prepared prepared;
std::mutex listeners_mutex;
std::atomic<int> crashing_thread{0};
std::atomic<bool> words_said{false}, others_parked{false};
alignas(16) char main_signal_stack[64 * 1024];

void copy_text(char* to, std::size_t room, const char* from, std::size_t size) {
    if (size >= room) size = room - 1;
    for (std::size_t i = 0; i < size; ++i)
        to[i] = from[i];
    to[size] = 0;
}

void write_all(int fd, const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t n = ::write(fd, data, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        data += n;
        size -= static_cast<std::size_t>(n);
    }
}

void write_record() {
    ::lseek(prepared.record_fd, 0, SEEK_SET);
    write_all(prepared.record_fd, reinterpret_cast<const char*>(&prepared.record), sizeof prepared.record);
}

void copy_maps() {
    const int maps = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (maps < 0) return;
    char buffer[4096];
    for (std::size_t total = 0; total < kMaxMaps;) {
        const ssize_t n = ::read(maps, buffer, sizeof buffer);
        if (n <= 0) break;
        write_all(prepared.record_fd, buffer, static_cast<std::size_t>(n));
        total += static_cast<std::size_t>(n);
    }
    ::close(maps);
}

[[noreturn]] void die(int signal) {
    ::signal(signal, SIG_DFL);
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::raise(signal);
    ::_exit(128 + signal);
}

[[noreturn]] void start_again(int signal) {
    if (!others_parked.exchange(true)) park_other_threads();
    if (prepared.last_words && !words_said.exchange(true)) prepared.last_words();
    ::alarm(0);
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const long lived_ms =
        (now.tv_sec - prepared.started.tv_sec) * 1000 + (now.tv_nsec - prepared.started.tv_nsec) / 1'000'000;
    const bool quick = lived_ms < 1000;
    if (quick && prepared.quick_crashes >= kMaxQuickCrashes) die(signal);
    // NAME=<digit>
    char* count = prepared.count_variable + std::strlen(prepared.count_variable) - 1;
    *count = static_cast<char>('0' + (quick ? prepared.quick_crashes + 1 : 0));
    // Nobody has marked every socket close-on-exec: a client whose connection stayed open would wait for
    // ever.
    if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
        for (int fd = 3; fd < 65536; ++fd)
            ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(prepared.record_fd, F_SETFD, 0);
    for (int i = 0; i < prepared.listener_count; ++i)
        ::fcntl(prepared.listeners[i], F_SETFD, 0);
    // Whoever wants the daemon to end meanwhile is heard once it can stop properly.
    sigset_t kept;
    ::sigemptyset(&kept);
    for (const int later : {SIGTERM, SIGINT, SIGHUP})
        ::sigaddset(&kept, later);
    ::sigprocmask(SIG_SETMASK, &kept, nullptr);
    ::execve("/proc/self/exe", prepared.arguments, prepared.environment);
    die(signal);
}

void on_stuck(int) {
    start_again(prepared.record.signal);
}

void on_crash(int signal, siginfo_t* info, void* context) {
    const int self = static_cast<int>(::syscall(SYS_gettid));
    int nobody = 0;
    if (!crashing_thread.compare_exchange_strong(nobody, self)) {
        if (nobody == self) start_again(signal);  // crashed in here
        while (true)
            ::pause();  // the other one ends this process
    }
    struct sigaction stuck {};
    stuck.sa_handler = on_stuck;
    ::sigaction(SIGALRM, &stuck, nullptr);
    sigset_t alarm_only;
    ::sigemptyset(&alarm_only);
    ::sigaddset(&alarm_only, SIGALRM);
    ::sigprocmask(SIG_UNBLOCK, &alarm_only, nullptr);
    ::alarm(kPatience);

    CrashRecord& record = prepared.record;
    record.magic = CrashRecord::kMagic;
    record.signal = signal;
    record.code = info->si_code;
    record.address = info->si_addr;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    record.time_s = now.tv_sec;
    const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
    record.pc = reinterpret_cast<void*>(machine.gregs[REG_RIP]);
#elif defined(__aarch64__)
    record.pc = reinterpret_cast<void*>(machine.pc);
#else
    static_cast<void>(machine);
#endif
    if (const RunningFunction* what = running_function) {
        copy_text(record.function, sizeof record.function, what->function, what->function_size);
        copy_text(record.request_id, sizeof record.request_id, what->request_id, what->request_id_size);
        copy_text(record.fingerprint, sizeof record.fingerprint, what->fingerprint, what->fingerprint_size);
    } else if (const LastFunction& last = last_function; last.function_size > 0) {
        record.returned = 1;
        copy_text(record.function, sizeof record.function, last.function, last.function_size);
        copy_text(record.request_id, sizeof record.request_id, last.request_id, last.request_id_size);
        copy_text(record.fingerprint, sizeof record.fingerprint, last.fingerprint, last.fingerprint_size);
    }
    // First without the stack: unwinding may crash or wait for a lock of the loader's.
    write_record();
    copy_maps();
    record.frame_count = ::backtrace(record.frames, CrashRecord::kMaxFrames);
    write_record();
    start_again(signal);
}

int from_environment(const char* name) {
    const char* value = std::getenv(name);
    const int number = value && *value ? std::atoi(value) : -1;
    ::unsetenv(name);
    return number;
}

}  // namespace

void install_crash_handler(const CrashConfig& config) {
    ::clock_gettime(CLOCK_MONOTONIC, &prepared.started);
    prepared.last_words = config.last_words;
    prepare_parking();
    const int before = from_environment(kCountVariable);
    prepared.quick_crashes = before > 0 && before <= 9 ? before : 0;
    prepared.record_fd = ::memfd_create("faasd-crash", MFD_CLOEXEC);
    std::snprintf(prepared.record_variable, sizeof prepared.record_variable, "%s=%d", kRecordVariable,
                  prepared.record_fd);
    std::snprintf(prepared.count_variable, sizeof prepared.count_variable, "%s=0", kCountVariable);
    std::snprintf(prepared.listeners_variable, sizeof prepared.listeners_variable, "%s=", kListenersVariable);

    // These live until the process ends; nothing frees them.
    prepared.arguments = new char*[config.arguments.size() + 1];
    for (std::size_t i = 0; i < config.arguments.size(); ++i)
        prepared.arguments[i] = ::strdup(config.arguments[i].c_str());
    prepared.arguments[config.arguments.size()] = nullptr;
    std::vector<char*> variables{prepared.record_variable, prepared.listeners_variable,
                                 prepared.count_variable};
    for (char** variable = environ; *variable; ++variable)
        if (std::strncmp(*variable, "FAASD_CRASH_", 12) != 0) variables.push_back(::strdup(*variable));
    prepared.environment = new char*[variables.size() + 1];
    std::copy(variables.begin(), variables.end(), prepared.environment);
    prepared.environment[variables.size()] = nullptr;

    void* warm_up[2];
    ::backtrace(warm_up, 2);  // loads the unwinder now
    stack_t stack{};
    stack.ss_sp = main_signal_stack;
    stack.ss_size = sizeof main_signal_stack;
    ::sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (const int signal : kSignals)
        ::sigaction(signal, &action, nullptr);
}

void keep_listener(std::string_view name, int fd) {
    const std::lock_guard lock(listeners_mutex);
    if (prepared.listener_count == kMaxListeners) return;
    char* text = prepared.listeners_variable;
    const std::size_t used = std::strlen(text);
    std::snprintf(text + used, sizeof prepared.listeners_variable - used, "%s%.*s:%d",
                  prepared.listener_count ? "," : "", static_cast<int>(name.size()), name.data(), fd);
    prepared.listeners[prepared.listener_count++] = fd;
}

int inherited_listener(std::string_view name) {
    const char* variable = std::getenv(kListenersVariable);
    if (!variable) return -1;
    // What is taken leaves the list: descriptors may be used for other things later.
    std::string rest, list = variable;
    int found = -1;
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        const std::string entry = list.substr(at, end - at);
        at = end + 1;
        const auto colon = entry.rfind(':');
        if (colon != std::string::npos && entry.substr(0, colon) == name && found < 0)
            found = std::atoi(entry.c_str() + colon + 1);
        else
            rest += (rest.empty() ? "" : ",") + entry;
    }
    ::setenv(kListenersVariable, rest.c_str(), 1);
    if (found < 0) return found;
    ::fcntl(found, F_SETFD, FD_CLOEXEC);
    keep_listener(name, found);
    return found;
}

int inherited_crash_record() {
    const int fd = from_environment(kRecordVariable);
    if (fd >= 0) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

}  // namespace faasd::runtime
