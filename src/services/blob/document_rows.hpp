// What buckets are set to, by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/blob/object_rows.hpp"

namespace faasd::blob {

constexpr std::string_view kNotifications = "notifications";
constexpr std::string_view kLifecycle = "lifecycle-rules";  // of the engine's own

// All of these throw storage::StoreError. Empty: there is none.
[[nodiscard]] std::string find_document(storage::Connection& connection, BucketId bucket,
                                        std::string_view name);
void put_document(storage::Connection& connection, BucketId bucket, std::string_view name,
                  std::string_view text);

[[nodiscard]] std::string encode_rules(const std::vector<model::LifecycleRule>& rules);
[[nodiscard]] std::vector<model::LifecycleRule> decode_rules(std::string_view text);

struct RuledBucket {
    BucketRow row;
    std::string name;
    std::vector<model::LifecycleRule> rules;
};
[[nodiscard]] std::vector<RuledBucket> buckets_with_rules(storage::Connection& connection);

}  // namespace faasd::blob
