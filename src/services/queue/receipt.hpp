// Receipt handles: what a receiver shows to delete a message or to change its visibility.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace faasd::queue {

// One receive of one message of one queue.
struct Receipt {
    std::int64_t queue = 0;
    std::int64_t message = 0;
    std::int64_t receive = 0;  // the message's receive count
    base::TimePoint received_at{};
    bool operator==(const Receipt&) const = default;
};

// A handle carries its receipt and a keyed 64-bit digest of it, so nothing has to be kept for it, an old one
// can still be told from a new one, and nobody makes one up.
class ReceiptKey {
  public:
    static constexpr std::size_t size = 16;
    explicit ReceiptKey(std::string_view bytes);  // `size` of them
    [[nodiscard]] std::string issue(const Receipt& receipt) const;
    [[nodiscard]] std::optional<Receipt> read(std::string_view handle) const;

  private:
    std::array<std::uint64_t, 2> key_{};
};

// SipHash-2-4 (Aumasson and Bernstein, 2012).
[[nodiscard]] std::uint64_t siphash(const std::array<std::uint64_t, 2>& key, std::string_view bytes);

}  // namespace faasd::queue
