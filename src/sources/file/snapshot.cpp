#include "sources/file/snapshot.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

namespace faasd::sources {

std::string FileState::to_text() const {
    return std::to_string(size) + ' ' + std::to_string(modified_ns) + ' ' + std::to_string(inode);
}

std::optional<FileState> FileState::from_text(std::string_view text) {
    FileState state;
    if (std::sscanf(std::string(text).c_str(), "%" SCNu64 " %" SCNd64 " %" SCNu64, &state.size,
                    &state.modified_ns, &state.inode) != 3) {
        return std::nullopt;
    }
    return state;
}

std::vector<FileChange> changes_of(const Snapshot& known, const Observations& observed) {
    std::vector<FileChange> changes;
    std::map<std::uint64_t, std::string> gone;  // by inode
    for (const auto& [path, state] : observed) {
        const auto before = known.find(path);
        if (before != known.end() && !state) gone.emplace(before->second.inode, path);
    }
    for (const auto& [path, state] : observed) {
        const auto before = known.find(path);
        if (before != known.end()) {
            if (state && *state != before->second)
                changes.push_back({FileEventKind::modified, path, {}, *state});
            continue;
        }
        if (!state) continue;
        const auto from = gone.find(state->inode);
        if (from != gone.end() && known.at(from->second) == *state) {
            changes.push_back({FileEventKind::moved, path, from->second, *state});
            gone.erase(from);
        } else {
            changes.push_back({FileEventKind::created, path, {}, *state});
        }
    }
    std::map<std::string, FileState> deleted;  // two of one inode (hard links) included
    for (const auto& [path, state] : observed) {
        const auto before = known.find(path);
        if (before == known.end() || state) continue;
        const bool moved = std::any_of(changes.begin(), changes.end(), [&path = path](const FileChange& change) {
            return change.kind == FileEventKind::moved && change.from == path;
        });
        if (!moved) deleted.emplace(path, before->second);
    }
    for (const auto& [path, state] : deleted)
        changes.push_back({FileEventKind::deleted, path, {}, state});
    std::stable_sort(changes.begin(), changes.end(),
                     [](const FileChange& a, const FileChange& b) { return a.path < b.path; });
    return changes;
}

bool is_ignored(std::string_view path) {
    while (true) {
        const std::size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        if (part.starts_with('.')) return true;
        if (slash == std::string_view::npos) {
            return part.ends_with('~') || part.ends_with(".swp") || part.ends_with(".swx") ||
                   part == "4913" || (part.size() > 1 && part.starts_with('#') && part.ends_with('#'));
        }
        path.remove_prefix(slash + 1);
    }
}

}  // namespace faasd::sources
