// When objects go by their buckets' lifecycle rules, for those who ask with every read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/blobs.hpp"
#include "storage/store.hpp"

namespace faasd::blob {

// Keeps the rules of all buckets that let objects expire: few, and read once. Thread-safe.
class Expirations {
  public:
    // Throws storage::StoreError.
    [[nodiscard]] std::optional<model::Expiration> of(storage::Store& store, std::string_view bucket,
                                                      const model::ObjectInfo& object);
    // After a commit that changed rules, or took a bucket away.
    void forget();

  private:
    using Rules = std::map<std::string, std::vector<model::LifecycleRule>, std::less<>>;  // by bucket
    [[nodiscard]] std::shared_ptr<const Rules> rules(storage::Store& store);

    std::mutex mutex_;
    std::shared_ptr<const Rules> rules_;  // these guarded by mutex_; none: to be read
    std::uint64_t changes_ = 0;
};

}  // namespace faasd::blob
