// One daemon a data folder.
#pragma once

#include <filesystem>
#include <utility>

#include "base/result.hpp"

namespace faasd::storage {

// Holds `<directory>/lock` while it lives; the file has the holder's process id in it. The kernel drops the
// lock with the process, however that ends, so a lock left behind by a crash is none.
class DirectoryLock {
  public:
    // Creates the directory. The error names the process that holds the folder.
    [[nodiscard]] static base::Result<DirectoryLock> acquire(const std::filesystem::path& directory);
    DirectoryLock(DirectoryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    DirectoryLock& operator=(DirectoryLock&&) = delete;
    ~DirectoryLock();

  private:
    explicit DirectoryLock(int file) : file_(file) {}
    int file_;
};

}  // namespace faasd::storage
