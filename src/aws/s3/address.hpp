// Which bucket and object a request is about ("Virtual hosting of general purpose buckets", S3 User Guide).
#pragma once

#include <string>

#include "model/http.hpp"

namespace faasd::aws::s3 {

struct Address {
    std::string bucket;    // empty: the service itself
    std::string key;       // decoded; empty: the bucket itself
    bool in_host = false;  // the bucket was named by the Host
    bool website = false;  // of a bucket's web site
    bool valid = true;     // no: the path has an escape that is none
};

// Host `bucket.s3.…` (or s3-…) names the bucket, otherwise the first segment of the path does.
[[nodiscard]] Address address_of(const model::HttpRequest& request);

}  // namespace faasd::aws::s3
