// What a bucket, a key and the headers of an object may be called and may hold.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "model/blobs.hpp"

namespace faasd::blob {

constexpr std::size_t kMaxKeyBytes = 1024;
constexpr std::size_t kMaxMetadataBytes = 2048;  // names and values of the user's metadata together
constexpr std::size_t kMaxHeaderBytes = 8192;    // the request header that carries all of them

// S3 User Guide, "General purpose bucket naming rules". The error names the rule.
[[nodiscard]] base::Result<> check_bucket_name(std::string_view name);

// S3 User Guide, "Naming Amazon S3 objects": 1 to 1024 bytes of UTF-8.
[[nodiscard]] base::Result<> check_key(std::string_view key);

// S3 User Guide, "Working with object metadata": the user's metadata within 2 KB, the system's headers among
// the five that an object keeps, and nothing that would break out of an HTTP header when it is served again.
// Makes the names of metadata lower case and those of headers canonical (Cache-Control).
[[nodiscard]] base::Result<> check_and_normalize(model::PutOptions& options);

}  // namespace faasd::blob
