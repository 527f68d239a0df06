#include "runtime/thread.hpp"

#include <csignal>
#include <memory>
#include <pthread.h>

#include "base/thread_name.hpp"

namespace faasd::runtime {
namespace {

struct Start {
    const char* name;
    base::UniqueFunction<void()> body;
};

// The alternate signal stack lies at the top of the thread's own: an overflow runs into the guard at the
// bottom and leaves it alone, it costs no mapping of its own, and its pages stay untouched until a signal
// comes.
constexpr std::size_t kSignalStackSize = 32 * 1024;

[[gnu::noinline]] void run_body(Start& start) {
    start.body();
}

void* thread_main(void* argument) {
    alignas(16) char signal_stack[kSignalStackSize];
    stack_t stack{};
    stack.ss_sp = signal_stack;
    stack.ss_size = sizeof signal_stack;
    stack_t previous{};
    ::sigaltstack(&stack, &previous);
    {
        const std::unique_ptr<Start> start(static_cast<Start*>(argument));
        base::set_thread_name(start->name);
        run_body(*start);
    }
    ::sigaltstack(&previous, nullptr);
    return nullptr;
}

}  // namespace

bool start_thread(const char* name, std::size_t stack_size, base::UniqueFunction<void()> body) {
    auto start = std::make_unique<Start>(Start{name, std::move(body)});
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_size + kSignalStackSize);
    pthread_attr_setguardsize(&attributes, 16 * 1024);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    const bool started = ::pthread_create(&thread, &attributes, thread_main, start.get()) == 0;
    pthread_attr_destroy(&attributes);
    if (started) static_cast<void>(start.release());
    return started;
}

}  // namespace faasd::runtime
