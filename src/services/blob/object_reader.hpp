// Reads the bytes that a range selects, out of a row or out of one or more files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/blobs.hpp"
#include "services/blob/conditions.hpp"
#include "services/blob/content_rows.hpp"
#include "services/blob/pins.hpp"

namespace faasd::blob {

[[nodiscard]] std::unique_ptr<model::ObjectReader> read_bytes(model::ObjectInfo info, std::string bytes,
                                                              Slice slice);

// Opens the first file that it needs, so that one that is missing shows here; the others follow one at a
// time, kept in place by the pin.
[[nodiscard]] base::Result<std::unique_ptr<model::ObjectReader>> read_files(
    model::ObjectInfo info, std::shared_ptr<const FileStore> files, std::vector<Segment> segments,
    Slice slice, Pins::Pin pin);

}  // namespace faasd::blob
