#include "services/blob/file_system.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace faasd::blob {

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
    if (this != &other) {
        close();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

int FileHandle::close() {
    if (fd_ < 0) return 0;
    // Never repeated on EINTR: Linux has released the descriptor by then.
    return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR ? 0 : errno;
}

int FileSystem::create(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return fd >= 0 ? fd : -errno;
}

long FileSystem::write(int fd, std::string_view bytes) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    return written >= 0 ? written : -errno;
}

int FileSystem::sync(int fd) {
    return ::fdatasync(fd) == 0 ? 0 : -errno;
}

int FileSystem::write_out(int fd, std::uint64_t offset, std::uint64_t length) {
    const auto from = static_cast<off_t>(offset), size = static_cast<off_t>(length);
    return ::sync_file_range(fd, from, size, SYNC_FILE_RANGE_WRITE) == 0 ? 0 : -errno;
}

int FileSystem::drop_cached(int fd, std::uint64_t offset, std::uint64_t length) {
    return -::posix_fadvise(fd, static_cast<off_t>(offset), static_cast<off_t>(length), POSIX_FADV_DONTNEED);
}

int FileSystem::link(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::link(from.c_str(), to.c_str()) == 0) return 0;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK) return -errno;
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : -errno;
}

int FileSystem::sync_folder(const std::filesystem::path& path) {
    const FileHandle folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) return -errno;
    return ::fsync(folder.fd()) == 0 ? 0 : -errno;
}

int FileSystem::remove(const std::filesystem::path& path) {
    return ::unlink(path.c_str()) == 0 || errno == ENOENT ? 0 : -errno;
}

}  // namespace faasd::blob
