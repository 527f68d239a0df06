// Handlers that take their process down, each in its own way.
#include <cstdlib>
#include <faasd/function.hpp>

namespace {

volatile int zero = 0;

// A sanitizer would report it instead of letting it happen.
__attribute__((noinline, no_sanitize("undefined"))) void write_to(int* nowhere) {
    *nowhere = 1;
}

faasd::json null_pointer(const faasd::json&) {
    write_to(reinterpret_cast<int*>(static_cast<std::uintptr_t>(zero)));
    return zero;
}
FAASD_FUNCTION(null_pointer)

__attribute__((noinline)) int deeper(int depth) {
    volatile char page[4096];
    page[0] = static_cast<char>(depth);
    return zero ? depth : deeper(depth + 1) + page[0];
}
faasd::json stack_overflow(const faasd::json&) {
    return deeper(0);
}
FAASD_FUNCTION(stack_overflow)

faasd::json aborts(const faasd::json&) {
    std::abort();
}
FAASD_FUNCTION(aborts)

// Too large for the thread's cache, whose checks come only when the thread ends.
faasd::json heap_corruption(const faasd::json&) {
    char* volatile first = static_cast<char*>(std::malloc(2000));
    char* volatile second = static_cast<char*>(std::malloc(2000));
    // Byte by byte, which no optimization takes for dead.
    for (volatile char* at = first; at < first + 2100; ++at)
        *at = 0x41;
    std::free(second);
    return zero;
}
FAASD_FUNCTION(heap_corruption)

// The thread's cache of this size is looked through only when the thread ends.
faasd::json late_corruption(const faasd::json&) {
    char* volatile block = static_cast<char*>(std::malloc(1016));
    std::free(block);
    const auto page = reinterpret_cast<std::uintptr_t>(block) >> 12;  // what the next pointer is mixed with
    *reinterpret_cast<volatile std::uintptr_t*>(block) = page ^ 0x41;
    return zero;
}
FAASD_FUNCTION(late_corruption)

}  // namespace
