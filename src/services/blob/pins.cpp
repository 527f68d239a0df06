#include "services/blob/pins.hpp"

namespace faasd::blob {

Pins::Pin Pins::pin(ContentId content) {
    std::lock_guard lock(mutex_);
    ++readers_[content];
    return {shared_from_this(), content};
}

void Pins::unpin(ContentId content) {
    std::lock_guard lock(mutex_);
    const auto readers = readers_.find(content);
    if (--readers->second > 0) return;
    readers_.erase(readers);
    const auto parked = parked_.find(content);
    if (parked == parked_.end()) return;
    // Under the lock, so that the listener is not taken away while it runs.
    if (listener_) listener_(std::move(parked->second));
    parked_.erase(parked);
}

bool Pins::free_or_park(const Garbage& garbage) {
    if (garbage.content == kNoContent) return true;
    // Waits for lookups that may have seen the content before it was garbage; later ones cannot find it.
    std::unique_lock no_lookup(lookups_);
    std::lock_guard lock(mutex_);
    if (!readers_.contains(garbage.content)) return true;
    parked_[garbage.content].push_back(garbage);
    return false;
}

void Pins::on_free(std::function<void(std::vector<Garbage>)> listener) {
    std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
}

}  // namespace faasd::blob
