#include "services/blob/expirations.hpp"

#include <utility>

#include "services/blob/document_rows.hpp"
#include "services/blob/lifecycle.hpp"

namespace faasd::blob {

std::optional<model::Expiration> Expirations::of(storage::Store& store, std::string_view bucket,
                                                 const model::ObjectInfo& object) {
    if (!object.latest || object.delete_marker) return std::nullopt;
    const auto all = rules(store);
    const auto found = all->find(bucket);
    if (found == all->end()) return std::nullopt;
    std::optional<model::Expiration> first;
    for (const model::LifecycleRule& rule : found->second)
        if (const auto at = expiry_of(rule, object); at && (!first || *at < first->at)) first = {*at, rule.id};
    return first;
}

void Expirations::forget() {
    std::lock_guard lock(mutex_);
    rules_.reset();
    ++changes_;
}

std::shared_ptr<const Expirations::Rules> Expirations::rules(storage::Store& store) {
    std::uint64_t changes = 0;
    {
        std::lock_guard lock(mutex_);
        if (rules_) return rules_;
        changes = changes_;
    }
    auto read = std::make_shared<Rules>();
    auto reader = store.read();
    for (RuledBucket& bucket : buckets_with_rules(reader.connection())) {
        std::erase_if(bucket.rules, [](const model::LifecycleRule& rule) {
            return !rule.enabled || (!rule.expire_days && !rule.expire_date);
        });
        if (!bucket.rules.empty()) read->emplace(std::move(bucket.name), std::move(bucket.rules));
    }
    std::lock_guard lock(mutex_);
    // What was read before a change is not kept.
    if (changes == changes_) rules_ = read;
    return read;
}

}  // namespace faasd::blob
