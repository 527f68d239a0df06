// What a client promises of a body, and whether it holds ("Checking object integrity in Amazon S3", S3 User
// Guide).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aws/s3/chunked_body.hpp"
#include "aws/s3/exchange.hpp"
#include "base/checksum.hpp"
#include "base/digest.hpp"

namespace faasd::aws::s3 {

// Of a request with a body. Not thread-safe.
class Integrity {
  public:
    // Throws Refused: a promise that none can be.
    explicit Integrity(const Exchange& exchange);

    // Hands the content in `bytes` to `sink`, which returns base::Result<>.
    template <class Sink>
    base::Result<> take(std::string_view bytes, Sink&& sink) {
        if (!chunked_) return content(bytes, sink);
        base::Result<> result;
        const auto state = chunks_.feed(bytes, [&](std::string_view piece) {
            result = content(piece, sink);
            return result.has_value();
        });
        if (result && state == ChunkedBody::State::broken) broken_ = true;
        return result;
    }
    // Throws Refused where the client promises a checksum of another kind, and where it promises none although it
    // `has_to`; else that is computed. Before the first piece.
    void require(base::ChecksumKind kind, bool has_to);
    // At the end of the body. Nothing where all holds. Once.
    [[nodiscard]] std::optional<Error> mistake(const std::string& http_trailers);

    // 16 raw bytes.
    [[nodiscard]] const std::optional<std::string>& md5() const { return md5_; }
    // What the object keeps: after mistake().
    [[nodiscard]] const std::optional<model::Checksum>& checksum() const { return checksum_; }
    // The content's size, where it is announced.
    [[nodiscard]] std::optional<std::uint64_t> announced_size() const { return decoded_size_; }
    [[nodiscard]] bool is_broken() const { return broken_; }

  private:
    template <class Sink>
    base::Result<> content(std::string_view bytes, Sink&& sink) {
        size_ += bytes.size();
        if (decoded_size_ && size_ > *decoded_size_) broken_ = true;
        if (broken_) return {};
        if (sha256_) sha256_->update(bytes);
        if (stream_) stream_->update(bytes);
        return sink(bytes);
    }
    void read_checksum(const Exchange& exchange);

    bool chunked_ = false;
    ChunkedBody chunks_;
    bool broken_ = false;
    std::uint64_t size_ = 0;
    std::optional<std::uint64_t> decoded_size_;
    std::optional<std::string> md5_;
    std::optional<base::Digest> sha256_;
    std::string expected_sha256_;
    std::optional<base::ChecksumStream> stream_;
    std::optional<std::string> expected_;  // base64; none: it is in the trailer, or only asked for
    std::string trailer_;                  // its name, where it is in the trailer
    std::optional<model::Checksum> checksum_;
};

// "x-amz-checksum-crc32"
[[nodiscard]] std::string checksum_header(base::ChecksumKind kind);
// "ChecksumCRC32"
[[nodiscard]] std::string checksum_element(base::ChecksumKind kind);
// The value of a header, or of a form's field, of this name in lower case.
using FieldLookup = std::function<std::optional<std::string_view>(std::string_view name)>;
// The checksum that one of them gives; throws Refused where there are two.
[[nodiscard]] std::optional<model::Checksum> given_checksum(const FieldLookup& value_of);
[[nodiscard]] std::optional<model::Checksum> given_checksum(const Exchange& exchange);
// The same of a body's own: throws Refused also where it is none of its kind.
[[nodiscard]] std::optional<model::Checksum> body_checksum(const FieldLookup& value_of);
[[nodiscard]] Error wrong_checksum(base::ChecksumKind kind);

// The whole body of a request with a document, checked. Throws Refused.
[[nodiscard]] std::string checked_body(const Exchange& exchange);

}  // namespace faasd::aws::s3
