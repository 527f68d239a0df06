#include "services/blob/cached_writes.hpp"

#include <algorithm>

namespace faasd::blob {
namespace {

std::uint64_t weight_of(const Extent& extent) {
    constexpr std::uint64_t page = 4096;
    return std::max(extent.length, page);
}

}  // namespace

std::vector<Extent> CachedWrites::push(Queue& queue, Extent extent) {
    queue.extents.push_back(extent);
    queue.bytes += weight_of(extent);
    std::vector<Extent> over;
    while (queue.bytes > queue.budget && queue.extents.size() > 1) {
        over.push_back(queue.extents.front());
        queue.bytes -= weight_of(queue.extents.front());
        queue.extents.pop_front();
    }
    return over;
}

CachedWrites::Steps CachedWrites::add(Extent extent) {
    const std::lock_guard lock(mutex_);
    Steps steps;
    steps.write_out = push(kept_, extent);
    for (const Extent& old : steps.write_out) {
        const auto over = push(leaving_, old);
        steps.drop.insert(steps.drop.end(), over.begin(), over.end());
    }
    return steps;
}

}  // namespace faasd::blob
