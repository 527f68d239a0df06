// What happens when a function takes the process down: its last words are kept, and the daemon starts again
// in its place, with its listening sockets open all along.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faasd::runtime {

struct CrashConfig {
    std::vector<std::string> arguments;  // argv of this process, to be executed again
    // The last thing before this process is replaced, within the handler: async-signal-safe, and quick. May be null.
    void (*last_words)() noexcept = nullptr;
};

// Takes over SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT. On one of them the handler, which uses nothing but
// async-signal-safe calls, writes function, request, signal and stack to a file in memory, leaves open only
// that and the listeners, and executes /proc/self/exe with the same arguments and environment. Memory may be
// corrupt and any lock may be held by then: should it get stuck, or crash itself, it goes on without the
// stack. A process that crashes again and again within a second of its start is left to die. Call once,
// early, on the main thread; threads that run functions need an alternate signal stack (start_thread).
void install_crash_handler(const CrashConfig& config);

// A socket to be kept open, by a name without ':' and ','. Thread-safe; at most 16.
void keep_listener(std::string_view name, int fd);
// The socket of that name that the process before this one has left, or -1. The caller owns it; it is asked
// for once, and kept from then on as keep_listener() does.
[[nodiscard]] int inherited_listener(std::string_view name);

// What the handler writes, followed by a copy of /proc/self/maps.
struct CrashRecord {
    static constexpr unsigned long kMagic = 0x6661617364637231;
    static constexpr int kMaxFrames = 64;
    unsigned long magic;
    int signal, code;
    void* address;  // that could not be accessed
    void* pc;
    long time_s;
    char function[160], request_id[80], fingerprint[80];
    int returned;  // 1: the function had returned already, it is what the thread ran last
    int frame_count;
    void* frames[kMaxFrames];
};

// The file in memory that the process before this one has left, or -1. Asked for once; the caller owns it.
[[nodiscard]] int inherited_crash_record();

}  // namespace faasd::runtime
