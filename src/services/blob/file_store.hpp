// The files that hold what is too large for a row: created, made durable, opened and removed by number.
//
//   <root>/ab/ab12…          a file; its name is its number, never anything a user chose
//   <root>/pending/<run>/…   an empty marker beside every file that no committed row refers to yet
//
// A marker is made before its file and removed after the commit, so that whatever the death of a process
// leaves behind is found by reading one small folder, however many files there are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "services/blob/file_system.hpp"

namespace faasd::blob {

using FileId = std::int64_t;  // random, positive

class FileStore;

// A new file until it is kept. Not thread-safe, movable. Destroying it removes the file, unless keep() was
// called.
class PendingFile {
  public:
    PendingFile(std::shared_ptr<FileStore> store, FileId id, FileHandle handle);
    PendingFile(PendingFile&&) noexcept = default;
    PendingFile& operator=(PendingFile&& other) noexcept;  // exchanges the two
    ~PendingFile();

    [[nodiscard]] FileId id() const { return id_; }
    // All of it, or an error (no space left, I/O).
    [[nodiscard]] base::Result<> write(std::string_view bytes);
    // Makes what was written as durable as the store is told to, and closes it: the row may be committed
    // then.
    [[nodiscard]] base::Result<> finish();
    // The row is committed.
    void keep();

  private:
    std::shared_ptr<FileStore> store_;  // empty once kept or moved from
    FileId id_;
    FileHandle handle_;
};

// Thread-safe; blocks on the file system. Owned by a shared_ptr, since open objects may outlive the engine.
class FileStore : public std::enable_shared_from_this<FileStore> {
  public:
    // Nothing is touched before the first file. `durable`: files survive a loss of power.
    FileStore(std::filesystem::path root, bool durable, std::shared_ptr<FileSystem> system);

    [[nodiscard]] base::Result<PendingFile> create();
    [[nodiscard]] base::Result<FileHandle> open(FileId id) const;
    // Success also where there is no such file.
    [[nodiscard]] base::Result<> remove(FileId id);
    // The folders that removals emptied, durable (where the store is).
    [[nodiscard]] base::Result<> sync_folder_of(FileId id);
    // Removes what earlier runs left: the files of their markers, except those that `is_referenced`. Returns
    // how many files there were to remove.
    std::size_t sweep(const std::function<bool(FileId)>& is_referenced);

    [[nodiscard]] std::filesystem::path path_of(FileId id) const;

  private:
    friend class PendingFile;
    [[nodiscard]] std::filesystem::path marker_of(FileId id) const;
    // Creates a file, and the folder it belongs in where that is missing.
    [[nodiscard]] base::Result<FileHandle> create_at(const std::filesystem::path& path);
    [[nodiscard]] base::Error failed(const std::string& doing, int error) const;
    std::size_t sweep_run(const std::filesystem::path& folder,
                          const std::function<bool(FileId)>& is_referenced);

    const std::filesystem::path root_;
    const std::filesystem::path pending_;  // root_/pending
    const std::filesystem::path own_pending_;
    const bool durable_;
    const std::shared_ptr<FileSystem> system_;
};

}  // namespace faasd::blob
