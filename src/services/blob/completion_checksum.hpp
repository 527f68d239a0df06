// What a completion says of checksums, and what it makes of those of the parts ("Checking object integrity for
// data uploads in Amazon S3", S3 User Guide; where that is silent, as S3 was recorded to answer). Pure functions.
// `upload` is what an upload began with: its kind and form, or nothing.
#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "model/blobs.hpp"
#include "services/blob/content_rows.hpp"

namespace faasd::blob {

// other_checksum_form where the completion takes it for what it is not; an upload that began without has neither
// form.
[[nodiscard]] base::Result<> check_form(const std::optional<model::Checksum>& upload,
                                        const model::CompleteOptions& announced);

// Of one part that the completion names: invalid_part where its checksum is another, or there is none of it to
// name; part_without_checksum; bad_digest where it is one of another kind than the upload's.
[[nodiscard]] base::Result<> check_part_checksum(const model::PartInfo& named, const model::PartInfo& stored,
                                                 const std::optional<model::Checksum>& upload);

// Of the whole, from those of its parts; nothing where a part has none, or one of another kind. bad_digest where
// it is not the announced one.
[[nodiscard]] base::Result<std::optional<model::Checksum>> whole_checksum(
    const std::vector<Segment>& segments, const std::optional<model::Checksum>& upload,
    const model::CompleteOptions& announced);

}  // namespace faasd::blob
