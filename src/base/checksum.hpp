// The checksums that S3 knows of an object's bytes (S3 User Guide, "Checking object integrity in Amazon S3").
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/digest.hpp"

namespace faasd::base {

enum class ChecksumKind { crc32, crc32c, crc64nvme, sha1, sha256 };
inline constexpr std::array kChecksumKinds{ChecksumKind::crc32, ChecksumKind::crc32c, ChecksumKind::crc64nvme,
                                           ChecksumKind::sha1, ChecksumKind::sha256};

// "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"; parsed in any case.
[[nodiscard]] std::string_view to_string(ChecksumKind kind);
[[nodiscard]] std::optional<ChecksumKind> parse_checksum_kind(std::string_view name);
[[nodiscard]] std::size_t size_of(ChecksumKind kind);  // bytes
[[nodiscard]] bool is_crc(ChecksumKind kind);

// Incremental. Not thread-safe; movable.
class ChecksumStream {
  public:
    explicit ChecksumStream(ChecksumKind kind);
    void update(std::string_view bytes);
    // The raw checksum, a CRC with its most significant byte first; the object is spent afterwards.
    [[nodiscard]] std::string finish();
    [[nodiscard]] ChecksumKind kind() const { return kind_; }

  private:
    ChecksumKind kind_;
    std::variant<std::uint64_t, Digest> state_;
};

[[nodiscard]] std::string checksum(ChecksumKind kind, std::string_view bytes);

// The CRC of two pieces of which the second has `second_size` bytes, from those of each.
[[nodiscard]] std::string combine_crc(ChecksumKind kind, std::string_view first, std::string_view second,
                                      std::uint64_t second_size);

}  // namespace faasd::base
