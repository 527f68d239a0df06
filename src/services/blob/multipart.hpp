// How the parts of a multipart upload become one object. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/blobs.hpp"
#include "services/blob/content_rows.hpp"

namespace faasd::blob {

// S3 User Guide, "Amazon S3 multipart upload limits".
constexpr std::uint32_t kMaxPartNumber = 10'000;
constexpr std::uint64_t kMinPartBytes = std::uint64_t{5} << 20;  // of every part but the last
constexpr std::uint64_t kMaxPutBytes = std::uint64_t{5} << 30;   // of one put, one part, one copy
constexpr std::uint64_t kMaxObjectBytes = std::uint64_t{5} << 40;

struct StoredPart {
    model::PartInfo info;
    FileId file = 0;
};

struct AssembledObject {
    std::vector<Segment> segments;
    std::uint64_t size = 0;
    std::string etag;
    std::optional<model::Checksum> checksum{};
};

// The parts that a completion names, out of those that are `stored` (in order of their numbers):
// invalid_argument for an empty list, invalid_part_order unless the numbers ascend, invalid_part for one that
// is missing or has another ETag, entity_too_small for one but the last under `min_part_bytes`,
// entity_too_large, size_mismatch where the size is not the `announced` one. `upload`: the kind and form of
// checksum that it began with; what can be wrong about it is in completion_checksum.hpp.
[[nodiscard]] base::Result<AssembledObject> assemble(const std::vector<model::PartInfo>& named,
                                                     const std::vector<StoredPart>& stored,
                                                     std::uint64_t min_part_bytes = kMinPartBytes,
                                                     const std::optional<model::Checksum>& upload = {},
                                                     const model::CompleteOptions& announced = {});

// "<MD5 of the parts' binary MD5s>-<number of parts>".
[[nodiscard]] std::string multipart_etag(const std::vector<std::string>& part_etags);

}  // namespace faasd::blob
