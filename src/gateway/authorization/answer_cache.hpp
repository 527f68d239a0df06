// What authorizers answered, by identity, while it counts.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "gateway/authorization/authorizer_answer.hpp"

namespace faasd::gateway {

// Sans I/O; not thread-safe. Bounded: the entry that was not asked for longest goes first.
class AnswerCache {
  public:
    AnswerCache(base::Duration ttl, std::size_t max_entries = 4096) : ttl_(ttl), max_entries_(max_entries) {}

    // Null where nothing is kept for the key, or it has expired.
    [[nodiscard]] std::shared_ptr<const AuthorizerAnswer> find(const std::string& key, base::TimePoint now);
    // Counts from `now` on; nothing is kept where the TTL is 0.
    void keep(const std::string& key, std::shared_ptr<const AuthorizerAnswer> answer, base::TimePoint now);
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        std::string key;
        std::shared_ptr<const AuthorizerAnswer> answer;
        base::TimePoint expires_at;
    };
    using Order = std::list<Entry>;  // last asked for first

    base::Duration ttl_;
    std::size_t max_entries_;
    Order order_;
    std::unordered_map<std::string_view, Order::iterator> entries_;  // keys point into order_
};

}  // namespace faasd::gateway
