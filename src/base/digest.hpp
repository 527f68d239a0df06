// Digests and encodings that the protocols ask for: MD5 (ETags, SQS), SHA-256, base64, hexadecimal.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace faasd::base {

enum class DigestKind { md5, sha1, sha256 };

// Incremental. Not thread-safe; movable.
class Digest {
  public:
    explicit Digest(DigestKind kind);
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;
    ~Digest();
    void update(std::string_view bytes);
    // The raw digest (16, 20 or 32 bytes); the object is spent afterwards.
    [[nodiscard]] std::string finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

[[nodiscard]] std::string digest(DigestKind kind, std::string_view bytes);
[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] inline std::string md5_hex(std::string_view bytes) { return to_hex(digest(DigestKind::md5, bytes)); }
[[nodiscard]] inline std::string sha256_hex(std::string_view bytes) {
    return to_hex(digest(DigestKind::sha256, bytes));
}

// RFC 4648 section 4, with padding. Decoding takes padding as required and nothing outside the alphabet.
[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace faasd::base
