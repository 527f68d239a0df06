// What is known of a watched folder, and what has changed against it. Sans I/O.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/events/event_bridge.hpp"

namespace faasd::sources {

// Of a file, what changes when its content does.
struct FileState {
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;  // since 1970
    std::uint64_t inode = 0;
    bool operator==(const FileState&) const = default;

    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] static std::optional<FileState> from_text(std::string_view text);
};

using Snapshot = std::map<std::string, FileState>;                     // by path relative to the folder
using Observations = std::map<std::string, std::optional<FileState>>;  // none: there is no such file

struct FileChange {
    FileEventKind kind{};
    std::string path;
    std::string from;  // of a moved file
    FileState state;   // of a deleted one: its last
};

// The changes that the observations mean, by path. A file that vanished and one of the same inode, size and
// time that appeared are one that was moved.
[[nodiscard]] std::vector<FileChange> changes_of(const Snapshot& known, const Observations& observed);

// Hidden files and folders, and what editors leave for a moment: ".git/x", ".a.swp", "a~", ".#a", "#a#",
// "4913".
[[nodiscard]] bool is_ignored(std::string_view path);

}  // namespace faasd::sources
