// The calls on the file system that may fail on a full or broken disk, so that tests can make them fail.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>

namespace faasd::blob {

// Owns a file descriptor.
class FileHandle {
  public:
    FileHandle() = default;
    explicit FileHandle(int fd) : fd_(fd) {}
    FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileHandle& operator=(FileHandle&& other) noexcept;
    ~FileHandle() { close(); }
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }
    // 0, or the errno of close(2): on a network file system a failed write may show only here.
    int close();

  private:
    int fd_ = -1;
};

// Thread-safe. Each call returns 0 or more, or a negative errno.
class FileSystem {
  public:
    virtual ~FileSystem() = default;
    // A descriptor to write the new file with; -EEXIST where there is one.
    virtual int create(const std::filesystem::path& path);
    // The number of bytes written, which may be less than asked for.
    virtual long write(int fd, std::string_view bytes);
    virtual int sync(int fd);
    // Begins to write a piece of a file to the disk.
    virtual int write_out(int fd, std::uint64_t offset, std::uint64_t length);
    // Takes it out of the page cache, as far as it is on the disk.
    virtual int drop_cached(int fd, std::uint64_t offset, std::uint64_t length);
    // Gives a file a second name. Where the file system knows no such thing, the file moves there.
    virtual int link(const std::filesystem::path& from, const std::filesystem::path& to);
    // Makes the entries of a folder durable.
    virtual int sync_folder(const std::filesystem::path& path);
    // 0 also where there is no such file.
    virtual int remove(const std::filesystem::path& path);
};

}  // namespace faasd::blob
