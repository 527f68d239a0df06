// Which of the sanitizers a test is built with, for what one of them keeps from happening.
#pragma once

namespace faasd::test {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FAASD_TEST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FAASD_TEST_SANITIZED
#endif

// Whether the heap is a sanitizer's, which keeps what is freed for a while, and has its own way with what is corrupted.
#ifdef FAASD_TEST_SANITIZED
inline constexpr bool kSanitizersHeap = true;
#else
inline constexpr bool kSanitizersHeap = false;
#endif
#undef FAASD_TEST_SANITIZED

}  // namespace faasd::test
