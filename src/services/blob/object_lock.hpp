// Whether an object may be deleted or overwritten (S3 User Guide, "Locking objects with Object Lock"). Pure
// functions.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/blobs.hpp"

namespace faasd::blob {

// locked: a legal hold, or a retention that has not ended; one in governance mode may be bypassed.
[[nodiscard]] base::Result<> check_lock(const model::ObjectInfo& object, base::TimePoint now,
                                        bool bypass_governance);

// Gives a new object the bucket's default retention, where it brings none. no_object_lock: it brings one to a
// bucket without object lock.
[[nodiscard]] base::Result<> apply_default_lock(model::ObjectInfo& object, const model::ObjectLock& lock,
                                                base::TimePoint now);

// Changes what is set of tags, retention, legal hold and properties. locked: it would weaken a retention;
// no_object_lock.
[[nodiscard]] base::Result<> apply_update(model::ObjectInfo& object, const model::ObjectUpdate& update,
                                          const model::ObjectLock& lock, base::TimePoint now);

}  // namespace faasd::blob
