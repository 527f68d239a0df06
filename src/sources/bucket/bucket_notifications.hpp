// Bucket notifications: a change of an object becomes a message of a queue or an asynchronous invocation,
// within the transaction of the change itself.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "sources/source.hpp"

namespace faasd::sources {

// Thread-safe. The object and its notifications commit together or not at all; where the store refuses a
// notification, it refuses the write. A queue or function that does not exist takes nothing: that is logged
// as an error and the write goes through, as S3 has it. The trace of the write goes along. The rules are those of
// faasd.yaml, and those that the bucket brings along in its document "notifications".
class BucketNotifications {
  public:
    BucketNotifications(const Dependencies& dependencies, std::shared_ptr<model::AsyncInvoker> submit)
        : dependencies_(dependencies), submit_(std::move(submit)) {}

    void configure(const std::vector<model::BucketDefinition>& buckets);

    // What a model::BlobChangeSink calls.
    base::Result<> changed(model::Transaction& transaction, const model::BlobChange& change);

  private:
    using Rules = std::map<std::string, std::vector<model::BucketNotification>, std::less<>>;
    base::Result<> consider(model::Transaction& transaction, const model::BlobChange& change,
                            const model::BucketNotification& notification, const std::string& id);
    base::Result<> notify(model::Transaction& transaction, const model::BlobChange& change,
                          const model::BucketNotification& notification, const std::string& id);

    const Dependencies dependencies_;
    const std::shared_ptr<model::AsyncInvoker> submit_;
    std::shared_mutex mutex_;
    std::shared_ptr<const Rules> rules_ = std::make_shared<Rules>();  // guarded by mutex_
};

}  // namespace faasd::sources
