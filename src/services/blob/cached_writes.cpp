#include "services/blob/cached_writes.hpp"

namespace faasd::blob {

std::vector<Extent> CachedWrites::add(Extent extent) {
    const std::lock_guard lock(mutex_);
    extents_.push_back(extent);
    bytes_ += extent.length;
    std::vector<Extent> over;
    while (bytes_ > budget_ && extents_.size() > 1) {
        over.push_back(extents_.front());
        bytes_ -= extents_.front().length;
        extents_.pop_front();
    }
    return over;
}

}  // namespace faasd::blob
