#include "sources/batch/batch_window.hpp"

namespace faasd::sources {

bool BatchWindow::add(std::uint64_t bytes, base::TimePoint now) {
    if (room() == 0) return false;
    const std::uint64_t grown = messages_ == 0 ? envelope_ + bytes : bytes_ + separator_ + bytes;
    if (messages_ > 0 && grown > limits_.max_bytes) {
        closed_ = true;
        return false;
    }
    bytes_ = grown;
    ++messages_;
    if (!first_at_) first_at_ = now;
    if (messages_ == limits_.max_messages || bytes_ >= limits_.max_bytes) closed_ = true;
    return true;
}

bool BatchWindow::due(base::TimePoint now) const {
    return messages_ > 0 && (closed_ || now >= *first_at_ + limits_.window);
}

std::optional<base::TimePoint> BatchWindow::deadline() const {
    if (messages_ == 0) return std::nullopt;
    return closed_ ? *first_at_ : *first_at_ + limits_.window;
}

void BatchWindow::reset() {
    messages_ = 0;
    bytes_ = 0;
    closed_ = false;
    first_at_.reset();
}

}  // namespace faasd::sources
