#include "base/random.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace faasd::base {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

struct Pool {
    unsigned char bytes[1024];
    std::size_t used = sizeof bytes;
};
thread_local Pool pool;

void fill_from_kernel(unsigned char* out, std::size_t size) {
    while (size > 0) {
        const ssize_t got = ::getrandom(out, size, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            throw std::runtime_error("the kernel gives no random bytes (getrandom failed)");
        }
        out += got;
        size -= static_cast<std::size_t>(got);
    }
}

}  // namespace

void random_bytes(std::span<unsigned char> out) {
    if (out.size() > sizeof pool.bytes) return fill_from_kernel(out.data(), out.size());
    if (sizeof pool.bytes - pool.used < out.size()) {
        fill_from_kernel(pool.bytes, sizeof pool.bytes);
        pool.used = 0;
    }
    std::memcpy(out.data(), pool.bytes + pool.used, out.size());
    // What was handed out is not kept where a core dump or an over-read could show it.
    std::memset(pool.bytes + pool.used, 0, out.size());
    pool.used += out.size();
}

std::uint64_t random_u64() {
    std::uint64_t value = 0;
    random_bytes({reinterpret_cast<unsigned char*>(&value), sizeof value});
    return value;
}

std::string random_uuid() {
    unsigned char b[16];
    random_bytes(b);
    b[6] = static_cast<unsigned char>((b[6] & 0x0f) | 0x40);
    b[8] = static_cast<unsigned char>((b[8] & 0x3f) | 0x80);
    std::string text(36, '-');
    std::size_t at = 0;
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
        text[at++] = kHexDigits[b[i] >> 4];
        text[at++] = kHexDigits[b[i] & 15];
    }
    return text;
}

std::string random_hex(std::size_t digits) {
    std::string text(digits, '0');
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (i % 16 == 0) bits = random_u64();
        text[i] = kHexDigits[bits & 15];
        bits >>= 4;
    }
    return text;
}

}  // namespace faasd::base
