#include "gateway/authorization/answer_cache.hpp"

#include <utility>

namespace faasd::gateway {

std::shared_ptr<const AuthorizerAnswer> AnswerCache::find(const std::string& key, base::TimePoint now) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    const auto entry = found->second;
    if (entry->expires_at <= now) {
        entries_.erase(found);
        order_.erase(entry);
        return nullptr;
    }
    order_.splice(order_.begin(), order_, entry);
    return entry->answer;
}

void AnswerCache::keep(const std::string& key, std::shared_ptr<const AuthorizerAnswer> answer, base::TimePoint now) {
    if (ttl_ <= base::Duration::zero()) return;
    if (const auto found = entries_.find(key); found != entries_.end()) {
        const auto entry = found->second;
        entries_.erase(found);
        order_.erase(entry);
    }
    order_.push_front({key, std::move(answer), now + ttl_});
    entries_.emplace(order_.front().key, order_.begin());
    while (entries_.size() > max_entries_) {
        entries_.erase(order_.back().key);
        order_.pop_back();
    }
}

}  // namespace faasd::gateway
