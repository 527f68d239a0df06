// An object's description in the headers of requests and responses.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "aws/s3/exchange.hpp"

namespace faasd::aws::s3 {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Of PutObject, CreateMultipartUpload and CopyObject with REPLACE. Throws Refused.
[[nodiscard]] model::PutOptions read_put_options(const Exchange& exchange);
// The parts of it that CopyObject takes whatever is copied.
[[nodiscard]] model::Metadata read_properties(const Exchange& exchange);
struct LockHeaders {
    std::optional<model::Retention> retention;
    bool legal_hold = false;
};
[[nodiscard]] LockHeaders read_lock(const Exchange& exchange);
// Without quotes; nothing where it is absent.
[[nodiscard]] std::optional<std::string> entity_tag(const Exchange& exchange, std::string_view header);
// `prefix` before "if-match" and so on: "x-amz-copy-source-".
[[nodiscard]] model::ReadConditions read_conditions(const Exchange& exchange, const std::string& prefix = {});

// Of an answer to a write.
[[nodiscard]] Headers write_headers(const model::ObjectInfo& object);
// Of an answer to a read. `checksum`: with its checksum.
[[nodiscard]] Headers read_headers(const model::ObjectInfo& object, bool checksum);
// When the object goes by the bucket's lifecycle rules, and by which, into whatever is answered.
void tell_expiration(Exchange& exchange, const model::ObjectInfo& object);
void add_checksum(Headers& headers, const model::Checksum& checksum);
void add_encryption(Headers& headers, const model::Metadata& properties);
[[nodiscard]] std::string storage_class(const model::Metadata& properties);

// Of an object; throw Refused where there is none of this name.
void check_storage_class(std::string_view name);
void check_canned_acl(std::string_view name);

// Names of an object's properties.
inline constexpr char kStorageClass[] = "storage-class", kEncryption[] = "encryption", kKmsKey[] = "kms-key",
                      kBucketKey[] = "bucket-key", kRedirect[] = "redirect", kAcl[] = "acl",
                      kCustomerAlgorithm[] = "customer-algorithm", kCustomerKey[] = "customer-key-md5",
                      kRestoredUntil[] = "restored-until";

}  // namespace faasd::aws::s3
