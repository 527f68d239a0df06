// Makes the store hold what a configuration says.
#pragma once

#include "base/result.hpp"
#include "model/app.hpp"
#include "model/blobs.hpp"
#include "model/queues.hpp"
#include "model/tables.hpp"

namespace faasd::daemon {

// Creates queues, buckets and tables, or changes them to what the app says; what it no longer names stays as it is, so
// that no data is lost to a typing mistake. All at once, so many cost one commit. Blocks. The error names every
// resource that could not be made, with its place in the file.
[[nodiscard]] base::Result<> ensure_resources(const model::App& app, model::Queues& queues, model::Blobs& blobs,
                                              model::Tables& tables);

// Deletes every message, object and item, and keeps the resources. Blocks.
[[nodiscard]] base::Result<> empty_resources(model::Queues& queues, model::Blobs& blobs, model::Tables& tables);

}  // namespace faasd::daemon
