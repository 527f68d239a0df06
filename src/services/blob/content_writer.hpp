// Takes the bytes of an object or a part: a small one stays in memory, a larger one goes to a file as it
// comes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/checksum.hpp"
#include "base/digest.hpp"
#include "base/result.hpp"
#include "services/blob/file_store.hpp"

namespace faasd::blob {

// What was written, complete and (a file) durable.
struct WrittenContent {
    std::string bytes;  // where there is no file
    std::optional<PendingFile> file;
    std::uint64_t size = 0;
    std::string md5;        // in hex
    std::string crc64nvme;  // in base64
};

struct ContentLimits {
    std::uint64_t inline_bytes = 0;  // up to this many stay in memory
    std::uint64_t max_bytes = 0;
    bool always_file = false;  // even an empty one: parts
};

// Not thread-safe. Blocks on the file system. Its memory is bounded by the limit for inline contents and a
// buffer, whatever the size. After the first error it holds nothing more, and repeats that error.
class ContentWriter {
  public:
    ContentWriter(std::shared_ptr<FileStore> files, ContentLimits limits);
    [[nodiscard]] base::Result<> write(std::string_view bytes);
    // Once. bad_digest where `md5` (16 raw bytes) is given and does not match.
    [[nodiscard]] base::Result<WrittenContent> finish(const std::optional<std::string>& md5);

  private:
    [[nodiscard]] base::Result<> add(std::string_view bytes);
    [[nodiscard]] base::Result<> flush();
    base::Error fail(base::Error error);

    const std::shared_ptr<FileStore> files_;
    const ContentLimits limits_;
    base::Digest digest_{base::DigestKind::md5};
    base::ChecksumStream checksum_{base::ChecksumKind::crc64nvme};
    std::uint64_t size_ = 0;
    std::string buffer_;  // not in the file yet
    std::optional<PendingFile> file_;
    std::optional<base::Error> error_;
};

}  // namespace faasd::blob
