// What CopyObject and UploadPartCopy copy.
#pragma once

#include <optional>
#include <string>

#include "aws/s3/exchange.hpp"

namespace faasd::aws::s3 {

struct CopySource {
    std::string bucket, key;
    std::optional<std::string> version;
};
// Of the header x-amz-copy-source: "[/]bucket/key[?versionId=…]", or an access point's ARN. Throws Refused.
[[nodiscard]] CopySource read_copy_source(const Exchange& exchange);
// What is wrong with the source.
[[nodiscard]] Error source_error(const Exchange& exchange, const base::Error& error, const CopySource& source);

}  // namespace faasd::aws::s3
