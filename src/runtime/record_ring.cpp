#include "runtime/record_ring.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

namespace faasd::runtime {
namespace {

constexpr std::size_t kStride = 64;
constexpr std::size_t kAlign = 8;

// In the order in which they stand behind the header.
using Entry = model::LogEntry;
constexpr std::array kTexts{&Entry::function, &Entry::request_id, &Entry::trace,
                            &Entry::message,  &Entry::source,     &Entry::parent};

}  // namespace

// `size` covers header and texts, rounded up; 0 where the rest of the memory is a gap.
struct RecordRing::Header {
    std::uint32_t size;
    std::array<std::uint16_t, kTexts.size()> lengths;
    model::LogFacts facts;
};
static_assert(std::is_trivially_copyable_v<model::LogFacts>);

RecordRing::RecordRing(std::size_t capacity)
    : capacity_(std::max<std::size_t>(capacity, 128 * 1024) / kAlign * kAlign),
      // Left uninitialized, so that memory is taken as entries come.
      memory_(new char[capacity_]) {}

std::size_t RecordRing::skip_gap(std::size_t at) const {
    if (at + sizeof(Header) > capacity_) return 0;
    std::uint32_t size = 0;
    std::memcpy(&size, memory_.get() + at, sizeof size);
    return size == 0 ? 0 : at;
}

void RecordRing::drop_oldest() {
    first_ = skip_gap(first_);
    std::uint32_t size = 0;
    std::memcpy(&size, memory_.get() + first_, sizeof size);
    first_ += size;
    if (oldest_ % kStride == 0) marks_.pop_front();
    ++oldest_;
}

std::uint64_t RecordRing::append(const model::LogEntry& entry) {
    Header header{};
    std::size_t size = sizeof header;
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        header.lengths[i] = static_cast<std::uint16_t>(std::min((entry.*kTexts[i]).size(), kMaxText));
        size += header.lengths[i];
    }
    size = (size + kAlign - 1) / kAlign * kAlign;
    const auto empty = [this] { return oldest_ == next_; };
    if (end_ + size > capacity_) {
        // Entries between here and the end of the memory go first, then the rest becomes a gap.
        while (!empty() && skip_gap(first_) >= end_ && skip_gap(first_) != 0)
            drop_oldest();
        if (end_ + sizeof(std::uint32_t) <= capacity_) std::memset(memory_.get() + end_, 0, sizeof(std::uint32_t));
        end_ = 0;
        if (empty()) first_ = 0;
        if (!empty() && skip_gap(first_) == 0) first_ = 0;
    }
    while (!empty() && first_ >= end_ && first_ < end_ + size) {
        drop_oldest();
        if (!empty()) first_ = skip_gap(first_);
    }
    if (empty()) first_ = end_;

    header.size = static_cast<std::uint32_t>(size);
    header.facts = entry;
    header.facts.number = next_;
    char* to = memory_.get() + end_;
    std::memcpy(to, &header, sizeof header);
    to += sizeof header;
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        if (header.lengths[i] > 0) std::memcpy(to, (entry.*kTexts[i]).data(), header.lengths[i]);
        to += header.lengths[i];
    }
    if (next_ % kStride == 0) marks_.push_back(end_);
    end_ += size;
    return next_++;
}

bool RecordRing::read(const model::LogQuery& query, std::size_t bytes, model::LogPage& page) const {
    // A reader of the process before this one may be ahead of all there is.
    std::uint64_t number = query.after > newest() ? 1 : query.after + 1;
    if (number < oldest_) {
        if (query.after > 0) page.missed += oldest_ - number;
        number = oldest_;
    }
    page.next = number - 1;
    if (number >= next_) return true;
    std::size_t at = first_;
    std::uint64_t here = oldest_;
    if (!marks_.empty()) {
        const std::uint64_t first_mark = (oldest_ + kStride - 1) / kStride;
        const std::uint64_t mark = number / kStride;
        if (mark >= first_mark && mark - first_mark < marks_.size()) {
            at = marks_[mark - first_mark];
            here = mark * kStride;
        }
    }
    auto copy = std::make_shared<std::string>();
    struct Found {
        Header header;
        std::size_t offset;
    };
    std::vector<Found> found;
    bool all = true;
    for (; here < next_; ++here) {
        at = skip_gap(at);
        Header header;
        std::memcpy(&header, memory_.get() + at, sizeof header);
        const char* const text = memory_.get() + at + sizeof header;
        at += header.size;
        if (here < number) continue;
        if (found.size() >= query.limit || copy->size() >= bytes) {
            all = false;
            break;
        }
        page.next = here;
        const std::string_view function(text, header.lengths[0]);
        const std::string_view request(function.data() + function.size(), header.lengths[1]);
        const std::string_view trace(request.data() + request.size(), header.lengths[2]);
        if (!query.function.empty() && function != query.function) continue;
        if (!query.request_id.empty() && request != query.request_id) continue;
        if (!query.trace.empty() && !trace.starts_with(query.trace)) continue;
        if (query.since && header.facts.at < *query.since) continue;
        found.push_back({header, copy->size()});
        copy->append(text, header.size - sizeof header);
    }
    page.entries.reserve(found.size());
    for (const auto& [header, offset] : found) {
        model::LogEntry& entry = page.entries.emplace_back();
        static_cast<model::LogFacts&>(entry) = header.facts;
        const char* text = copy->data() + offset;
        for (std::size_t i = 0; i < kTexts.size(); ++i) {
            entry.*kTexts[i] = {text, header.lengths[i]};
            text += header.lengths[i];
        }
    }
    page.owner = std::move(copy);
    return all;
}

}  // namespace faasd::runtime
