// The signatures within a body that is signed chunk by chunk, each over the one before it ("Signature
// calculations for the Authorization header: transferring payload in multiple chunks" and "… including
// trailing headers", S3 API Reference).
#pragma once

#include <string>
#include <string_view>

#include "base/digest.hpp"

namespace faasd::aws {

// Not thread-safe.
class ChunkSignatures {
  public:
    // `key`: the signing key; `scope`: "20130524/us-east-1/s3/aws4_request"; `seed`: the signature in the
    // head.
    ChunkSignatures(std::string key, std::string time, std::string scope, std::string seed);

    // A chunk: what it says of itself, its bytes in pieces, and whether both are right. The last one has no
    // bytes.
    void begin(std::string_view signature);
    void update(std::string_view bytes) { digest_.update(bytes); }
    [[nodiscard]] bool end();
    // The trailers behind the last chunk: "name:value\n" each, in the order in which they came.
    [[nodiscard]] bool signs_trailers(std::string_view lines, std::string_view signature);

  private:
    [[nodiscard]] bool is_next(std::string_view kind, const std::string& hashes);
    std::string key_, time_, scope_, previous_, given_;
    base::Digest digest_{base::DigestKind::sha256};
};

}  // namespace faasd::aws
