// The files that hold what is too large for a row: created, made durable, opened and removed by number.
//
//   <root>/ab/…12ab          a file; its name is its number, never anything a user chose
//   <root>/pending/<run>/…   a file that no committed row refers to yet
//
// A file is written under its pending name, gets its own name before the commit, and loses the pending one
// after it. So whatever the death of a process leaves behind is found by reading one small folder, however
// many files there are. (A second name and not a marker beside it, since creating a file is what costs most
// of all this; only where there are no hard links a kill within the moment of the commit can leave a file
// that nobody finds.)
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "services/blob/cached_writes.hpp"
#include "services/blob/file_system.hpp"

namespace faasd::blob {

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
    void tell_written();

    std::shared_ptr<FileStore> store_;  // empty once kept or moved from
    FileId id_;
    FileHandle handle_;
    std::uint64_t size_ = 0, told_ = 0;
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
    // Removes the pending files that earlier runs left, except those that `is_referenced`. Returns
    // how many files there were to remove.
    std::size_t sweep(const std::function<bool(FileId)>& is_referenced);

    [[nodiscard]] std::filesystem::path path_of(FileId id) const;

  private:
    friend class PendingFile;
    // Of the objects written last this much stays in the page cache, where their readers find it; as much again is on its
    // way to the disk.
    static constexpr std::uint64_t kCachedBytes = 64 << 20;
    void let_go(const CachedWrites::Steps& steps) const;
    [[nodiscard]] FileHandle open_if_there(FileId id) const;
    [[nodiscard]] std::filesystem::path pending_path_of(FileId id) const;
    // Does what needs the folder of `path`, and once more with that folder created where it was missing.
    [[nodiscard]] base::Result<int> with_folder_of(const std::filesystem::path& path, const char* doing,
                                                   const std::function<int()>& work);
    [[nodiscard]] base::Error failed(const std::string& doing, int error) const;
    std::size_t sweep_run(const std::filesystem::path& folder,
                          const std::function<bool(FileId)>& is_referenced);

    const std::filesystem::path root_;
    const std::filesystem::path pending_;  // root_/pending
    const std::filesystem::path own_pending_;
    const bool durable_;
    const std::shared_ptr<FileSystem> system_;
    CachedWrites cached_{kCachedBytes};
};

}  // namespace faasd::blob
