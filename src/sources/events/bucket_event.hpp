// The event of a bucket notification, as AWS documents it ("Event message structure", version 2.1).
#pragma once

#include <string>
#include <string_view>

#include "model/app.hpp"
#include "model/blobs.hpp"
#include "sources/events/aws_identity.hpp"

namespace faasd::sources {

// {"Records":[…]} with the one change. The key is URL-encoded, a space as '+'.
[[nodiscard]] std::string bucket_event(const model::BlobChange& change, std::string_view configuration_id,
                                       std::string_view request_id, const AwsIdentity& identity);

// Whether a notification's events, prefix and suffix select a change. Events may start with "s3:" and end in
// "*".
[[nodiscard]] bool selects(const model::BucketNotification& notification, const model::BlobChange& change);

}  // namespace faasd::sources
