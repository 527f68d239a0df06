#include "gateway/head_scanner.hpp"

#include <cstring>

namespace faasd::gateway {
namespace {

constexpr std::size_t kMaxEmptyLines = 64;  // bytes
// What a request line holds besides its target: a method, two spaces, the version.
constexpr std::size_t kAroundTarget = 64;

HeadScanner::Result refuse(unsigned status, std::string_view reason) {
    return {HeadScanner::State::refused, 0, 0, {status, reason}};
}

}  // namespace

HeadScanner::Result HeadScanner::scan(std::string_view data, const HeadLimits& limits) {
    while (position_ < data.size()) {
        if (line_ == begin_ && position_ == begin_) {
            const char first = data[begin_];
            if (first != '\r' && first != '\n' && !is(first, kToken))
                return refuse(400, first == 0x16 ? "this port speaks HTTP, and the bytes look like TLS (https)"
                                                 : "a request starts with a method");
        }
        const void* const found = std::memchr(data.data() + position_, '\n', data.size() - position_);
        if (!found) {
            position_ = data.size();
            break;
        }
        const auto newline = static_cast<std::size_t>(static_cast<const char*>(found) - data.data());
        if (newline == line_ || data[newline - 1] != '\r') return refuse(400, "a line ends in LF without CR");
        const std::size_t length = newline - 1 - line_;
        const bool empty = length == 0;
        if (line_ == begin_) {
            if (empty) {
                begin_ = newline + 1;
                if (begin_ > kMaxEmptyLines) return refuse(400, "too many empty lines before the request");
            } else if (length > limits.max_target + kAroundTarget) {
                return refuse(414, "the request target is too long");
            }
        } else if (empty) {
            if (newline + 1 - begin_ > limits.max_head) return refuse(431, "the header section is too large");
            return {State::complete, begin_, newline + 1, {}};
        }
        position_ = line_ = newline + 1;
    }
    if (line_ == begin_ && data.size() - begin_ > limits.max_target + kAroundTarget)
        return refuse(414, "the request target is too long");
    if (data.size() - begin_ > limits.max_head) return refuse(431, "the header section is too large");
    return {};
}

}  // namespace faasd::gateway
