#include "base/crc_fold.hpp"

#if defined(__x86_64__)
#include <emmintrin.h>
#include <wmmintrin.h>
#endif

namespace faasd::base {

#if defined(__x86_64__)

namespace {

__attribute__((target("pclmul"))) inline __m128i load_block(const char* from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}
__attribute__((target("pclmul"))) inline __m128i load_factors(const FoldFactors& factors) {
    return _mm_set_epi64x(static_cast<long long>(factors.second), static_cast<long long>(factors.first));
}
__attribute__((target("pclmul"))) inline __m128i fold_onto(__m128i block, __m128i factors, __m128i next) {
    const __m128i first = _mm_clmulepi64_si128(block, factors, 0x00);
    const __m128i second = _mm_clmulepi64_si128(block, factors, 0x11);
    return _mm_xor_si128(_mm_xor_si128(first, second), next);
}

}  // namespace

bool can_fold_crc() {
    static const bool can = __builtin_cpu_supports("pclmul") != 0;
    return can;
}

// Four blocks at a time, since a multiplication takes longer than one can begin after another.
__attribute__((target("pclmul"))) std::array<char, 16> fold_crc(std::uint64_t state, std::string_view& bytes,
                                                                const FoldTable& table) {
    const char* at = bytes.data();
    __m128i a = _mm_xor_si128(load_block(at), _mm_set_epi64x(0, static_cast<long long>(state)));
    __m128i b = load_block(at + 16), c = load_block(at + 32), d = load_block(at + 48);
    std::size_t left = bytes.size() - kFewestFolded;
    at += kFewestFolded;
    const __m128i far = load_factors(table.by_512), near = load_factors(table.by_128);
    for (; left >= 64; left -= 64, at += 64) {
        a = fold_onto(a, far, load_block(at));
        b = fold_onto(b, far, load_block(at + 16));
        c = fold_onto(c, far, load_block(at + 32));
        d = fold_onto(d, far, load_block(at + 48));
    }
    a = fold_onto(fold_onto(fold_onto(a, near, b), near, c), near, d);
    for (; left >= 16; left -= 16, at += 16)
        a = fold_onto(a, near, load_block(at));
    bytes.remove_prefix(bytes.size() - left);
    std::array<char, 16> rest;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(rest.data()), a);
    return rest;
}

#else

bool can_fold_crc() { return false; }
std::array<char, 16> fold_crc(std::uint64_t, std::string_view&, const FoldTable&) { return {}; }

#endif

}  // namespace faasd::base
