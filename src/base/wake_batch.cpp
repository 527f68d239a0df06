#include "base/wake_batch.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace faasd::base {
namespace {

struct Batch {
    bool is_open = false;
    const void* by = nullptr;
    std::size_t size = 0;
    std::array<Wakeable*, 8> waiting{};
};
thread_local Batch batch;

}  // namespace

void Wakeable::wake_soon() {
    if (!batch.is_open || batch.size == batch.waiting.size()) return wake();
    const auto end = batch.waiting.begin() + static_cast<std::ptrdiff_t>(batch.size);
    if (std::find(batch.waiting.begin(), end, this) == end) batch.waiting[batch.size++] = this;
}

void WakeBatch::begin(const void* by) {
    batch.is_open = true;
    batch.by = by;
}

const void* WakeBatch::begun_by() { return batch.is_open ? batch.by : nullptr; }

void WakeBatch::flush() {
    while (batch.size > 0)
        batch.waiting[--batch.size]->wake();
}

void WakeBatch::end() {
    flush();
    batch.is_open = false;
}

}  // namespace faasd::base
