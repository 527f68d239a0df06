// The rows of contents: bytes in a row or in files, counted by the objects that show them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/blob/pins.hpp"
#include "storage/statement.hpp"

namespace faasd::blob {

struct Segment {  // a content is its files, one after the other
    FileId file = 0;
    std::uint64_t size = 0;
    std::string checksum{};  // of a part, where it has one
};

// All of these throw storage::StoreError, and those that write belong in a write transaction.
[[nodiscard]] ContentId add_inline_content(storage::Connection& connection, std::string_view bytes);
// Files that are known already (parts) become this content's.
[[nodiscard]] ContentId add_file_content(storage::Connection& connection, std::span<const Segment> segments);
void retain_content(storage::Connection& connection, ContentId content);
// One object less shows it. After the last one it is gone, and its files are garbage: `garbage` takes them.
void release_content(storage::Connection& connection, ContentId content, std::vector<Garbage>& garbage);
[[nodiscard]] std::vector<Segment> segments_of(storage::Connection& connection, ContentId content);

// A file that belongs to no content yet: a part of an upload.
void add_part_file(storage::Connection& connection, const Segment& file);
void drop_part_file(storage::Connection& connection, FileId file, std::vector<Garbage>& garbage);

[[nodiscard]] bool is_file_referenced(storage::Connection& connection, FileId file);
// At most `limit` with file > `after`, in order.
[[nodiscard]] std::vector<Garbage> garbage_after(storage::Connection& connection, FileId after,
                                                 std::size_t limit);
void forget_garbage(storage::Connection& connection, FileId file);

}  // namespace faasd::blob
