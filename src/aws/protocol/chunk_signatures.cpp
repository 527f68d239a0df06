#include "aws/protocol/chunk_signatures.hpp"

#include <utility>

#include "aws/protocol/hmac.hpp"

namespace faasd::aws {

ChunkSignatures::ChunkSignatures(std::string key, std::string time, std::string scope, std::string seed)
    : key_(std::move(key)), time_(std::move(time)), scope_(std::move(scope)), previous_(std::move(seed)) {}

void ChunkSignatures::begin(std::string_view signature) {
    given_ = signature;
    digest_ = base::Digest(base::DigestKind::sha256);
}

bool ChunkSignatures::end() {
    static const std::string nothing = base::sha256_hex("");
    return is_next("AWS4-HMAC-SHA256-PAYLOAD", nothing + '\n' + base::to_hex(digest_.finish()));
}

bool ChunkSignatures::signs_trailers(std::string_view lines, std::string_view signature) {
    given_ = signature;
    return is_next("AWS4-HMAC-SHA256-TRAILER", base::sha256_hex(lines));
}

bool ChunkSignatures::is_next(std::string_view kind, const std::string& hashes) {
    std::string to_sign(kind);
    to_sign.append("\n")
        .append(time_)
        .append("\n")
        .append(scope_)
        .append("\n")
        .append(previous_)
        .append("\n")
        .append(hashes);
    previous_ = base::to_hex(hmac_sha256(key_, to_sign));
    return are_same(previous_, given_);
}

}  // namespace faasd::aws
