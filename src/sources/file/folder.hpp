// The files below a folder, as the file system has them.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "sources/file/snapshot.hpp"

namespace faasd::sources {

// Blocking; not thread-safe. Paths are relative to the folder, with '/'. Regular files, and symbolic links to
// such within the folder; links that lead out of it, and links to folders, are not followed.
class Folder {
  public:
    Folder(std::filesystem::path root, bool recursive) : root_(std::move(root)), recursive_(recursive) {}

    [[nodiscard]] bool exists() const;
    // Creates it where it is missing; false where that is not possible.
    [[nodiscard]] bool ensure() const;
    // The file of that path; none where there is none that counts.
    [[nodiscard]] std::optional<FileState> look(const std::string& path) const;
    // Every folder at and below `path` (before what is in it), and every file. What is ignored is left out.
    void walk(const std::string& path, const std::function<void(const std::string&)>& on_folder,
              const std::function<void(const std::string&)>& on_file) const;

    [[nodiscard]] std::filesystem::path absolute(const std::string& path) const {
        return path.empty() ? root_ : root_ / path;
    }
    [[nodiscard]] bool recursive() const { return recursive_; }

  private:
    std::filesystem::path root_;
    bool recursive_;
};

}  // namespace faasd::sources
