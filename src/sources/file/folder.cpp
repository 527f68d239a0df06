#include "sources/file/folder.hpp"

#include <sys/stat.h>

namespace faasd::sources {
namespace fs = std::filesystem;

bool Folder::exists() const {
    std::error_code ignored;
    return fs::is_directory(root_, ignored);
}

bool Folder::ensure() const {
    std::error_code ignored;
    fs::create_directories(root_, ignored);
    return exists();
}

std::optional<FileState> Folder::look(const std::string& path) const {
    const fs::path full = absolute(path);
    struct stat info {};
    if (::lstat(full.c_str(), &info) != 0) return std::nullopt;
    if (S_ISLNK(info.st_mode)) {
        std::error_code error;
        const fs::path target = fs::canonical(full, error);
        if (error) return std::nullopt;
        const fs::path inside = target.lexically_relative(fs::canonical(root_, error));
        if (error || inside.empty() || *inside.begin() == "..") return std::nullopt;
        if (::stat(full.c_str(), &info) != 0) return std::nullopt;
    }
    if (!S_ISREG(info.st_mode)) return std::nullopt;
    return FileState{static_cast<std::uint64_t>(info.st_size),
                     std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_ino};
}

void Folder::walk(const std::string& path, const std::function<void(const std::string&)>& on_folder,
                  const std::function<void(const std::string&)>& on_file) const {
    on_folder(path);
    std::error_code error;
    for (fs::directory_iterator it(absolute(path), fs::directory_options::skip_permission_denied, error), end;
         !error && it != end; it.increment(error)) {
        std::string child = it->path().filename().string();
        if (!path.empty()) child.insert(0, path + '/');
        if (is_ignored(child)) continue;
        std::error_code ignored;
        const fs::file_status status = it->symlink_status(ignored);
        if (!fs::is_directory(status)) {
            on_file(child);
        } else if (recursive_) {
            walk(child, on_folder, on_file);
        }
    }
}

}  // namespace faasd::sources
