#include "gateway/in_flight.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace faasd::gateway {
namespace {

enum State : std::uint8_t { none, waiting, waiting_for_head, claimed };

constexpr std::size_t kMost = 65536;
// Untouched pages of it cost nothing.
std::atomic<std::uint8_t> states[kMost];
static_assert(std::atomic<std::uint8_t>::is_always_lock_free);

constexpr std::string_view kHead =
    "HTTP/1.1 502 Bad Gateway\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 194\r\n"
    "Connection: close\r\n"
    "\r\n";
constexpr std::string_view kBody =
    "{\"message\":\"Internal Server Error\",\"errorType\":\"Crashed\",\"errorMessage\":\"the daemon crashed "
    "while it "
    "handled this request, and has started again; what the request did before that is not known\"}\n";
static_assert(kBody.size() == 194);

std::atomic<std::uint8_t>* state_of(int descriptor) {
    return descriptor >= 0 && static_cast<std::size_t>(descriptor) < kMost ? &states[descriptor] : nullptr;
}

}  // namespace

void put_in_flight(int descriptor, bool head) noexcept {
    if (auto* state = state_of(descriptor))
        state->store(head ? waiting_for_head : waiting, std::memory_order_release);
}

void take_out_of_flight(int descriptor) noexcept {
    auto* state = state_of(descriptor);
    if (!state || state->load(std::memory_order_relaxed) == none) return;
    if (state->exchange(none, std::memory_order_acq_rel) != claimed) return;
    while (true)
        ::pause();
}

void answer_those_in_flight() noexcept {
    char both[kHead.size() + kBody.size()];
    for (std::size_t i = 0; i < sizeof both; ++i)
        both[i] = i < kHead.size() ? kHead[i] : kBody[i - kHead.size()];
    for (std::size_t i = 0; i < kMost; ++i) {
        if (states[i].load(std::memory_order_relaxed) == none) continue;
        const auto before = states[i].exchange(claimed, std::memory_order_acq_rel);
        if (before != waiting && before != waiting_for_head) continue;
        const std::size_t size = before == waiting ? sizeof both : kHead.size();
        (void)::send(static_cast<int>(i), both, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
}

}  // namespace faasd::gateway
