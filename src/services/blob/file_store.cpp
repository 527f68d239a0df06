#include "services/blob/file_store.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <system_error>
#include <utility>

#include "base/random.hpp"

namespace faasd::blob {
namespace {

// So many bytes of a file are let go of at once.
constexpr std::uint64_t kExtentBytes = 8 << 20;

std::string name_of(FileId id) {
    char name[17];
    std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(id));
    return name;
}

std::optional<FileId> id_of(const std::string& name) {
    FileId id = 0;
    const char* const end = name.data() + name.size();
    const auto [stopped, error] = std::from_chars(name.data(), end, id, 16);
    if (error != std::errc{} || stopped != end || id <= 0 || name_of(id) != name) return std::nullopt;
    return id;
}

}  // namespace

PendingFile::PendingFile(std::shared_ptr<FileStore> store, FileId id, FileHandle handle)
    : store_(std::move(store)), id_(id), handle_(std::move(handle)) {}

PendingFile& PendingFile::operator=(PendingFile&& other) noexcept {
    std::swap(store_, other.store_);
    std::swap(id_, other.id_);
    std::swap(handle_, other.handle_);
    std::swap(size_, other.size_);
    std::swap(told_, other.told_);
    return *this;
}

PendingFile::~PendingFile() {
    if (!store_) return;
    handle_.close();
    // A file that cannot be removed now keeps its pending name, and the sweep of the next start finds it.
    if (store_->remove(id_)) store_->system_->remove(store_->pending_path_of(id_));
}

base::Result<> PendingFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const long written = store_->system_->write(handle_.fd(), bytes);
        if (written == -EINTR) continue;
        if (written <= 0) return store_->failed("write", written == 0 ? EIO : static_cast<int>(-written));
        bytes.remove_prefix(static_cast<std::size_t>(written));
        size_ += static_cast<std::uint64_t>(written);
    }
    if (size_ - told_ >= kExtentBytes) tell_written();
    return {};
}

void PendingFile::tell_written() {
    const Extent extent{id_, told_, size_ - told_};
    told_ = size_;
    if (extent.length > 0) store_->let_go(store_->cached_.add(extent));
}

base::Result<> PendingFile::finish() {
    if (store_->durable_) {
        if (const int result = store_->system_->sync(handle_.fd()); result < 0)
            return store_->failed("sync", -result);
    }
    tell_written();
    if (const int error = handle_.close(); error != 0) return store_->failed("close", error);
    const auto path = store_->path_of(id_);
    const auto linked = store_->with_folder_of(
        path, "link a file", [&] { return store_->system_->link(store_->pending_path_of(id_), path); });
    if (!linked) return linked.error();
    return store_->sync_folder_of(id_);
}

void PendingFile::keep() {
    const auto store = std::exchange(store_, nullptr);
    store->system_->remove(store->pending_path_of(id_));
}

FileStore::FileStore(std::filesystem::path root, bool durable, std::shared_ptr<FileSystem> system)
    : root_(std::move(root)),
      pending_(root_ / "pending"),
      own_pending_(pending_ / base::random_hex(16)),
      durable_(durable),
      system_(std::move(system)) {}

std::filesystem::path FileStore::path_of(FileId id) const {
    const std::string name = name_of(id);
    return root_ / name.substr(name.size() - 2) / name;
}
std::filesystem::path FileStore::pending_path_of(FileId id) const {
    return own_pending_ / name_of(id);
}

base::Error FileStore::failed(const std::string& doing, int error) const {
    std::string message =
        "cannot " + doing + " below " + root_.string() + ": " + std::generic_category().message(error);
    if (error == ENOSPC || error == EDQUOT) message += "; free some space there, then try again";
    return {std::error_code(error, std::generic_category()), std::move(message)};
}

base::Result<int> FileStore::with_folder_of(const std::filesystem::path& path, const char* doing,
                                            const std::function<int()>& work) {
    int result = work();
    if (result == -ENOENT) {
        std::error_code error;
        std::filesystem::create_directories(path.parent_path(), error);
        if (error)
            return failed("create the folder " + path.parent_path().filename().string(), error.value());
        if (durable_) {
            if (const int synced = system_->sync_folder(root_); synced < 0) return failed("sync", -synced);
        }
        result = work();
    }
    if (result < 0) return failed(doing, -result);
    return result;
}

base::Result<PendingFile> FileStore::create() {
    const auto id = static_cast<FileId>(base::random_u64() >> 1 | 1);
    const auto path = pending_path_of(id);
    const auto file = with_folder_of(path, "create a file", [&] { return system_->create(path); });
    if (!file) return file.error();
    return PendingFile(shared_from_this(), id, FileHandle(*file));
}

base::Result<FileHandle> FileStore::open(FileId id) const {
    FileHandle file(::open(path_of(id).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return failed("open the file " + name_of(id), errno);
    return file;
}

FileHandle FileStore::open_if_there(FileId id) const {
    FileHandle file(::open(path_of(id).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) file = FileHandle(::open(pending_path_of(id).c_str(), O_RDONLY | O_CLOEXEC));
    return file;
}

// What cannot be let go of stays, and harms nobody.
void FileStore::let_go(const CachedWrites::Steps& steps) const {
    for (const Extent& extent : steps.write_out)
        if (const auto file = open_if_there(extent.file); file.is_open())
            system_->write_out(file.fd(), extent.offset, extent.length);
    for (const Extent& extent : steps.drop)
        if (const auto file = open_if_there(extent.file); file.is_open())
            system_->drop_cached(file.fd(), extent.offset, extent.length);
}

base::Result<> FileStore::remove(FileId id) {
    if (const int result = system_->remove(path_of(id)); result < 0) return failed("remove a file", -result);
    return {};
}

base::Result<> FileStore::sync_folder_of(FileId id) {
    if (!durable_) return {};
    if (const int result = system_->sync_folder(path_of(id).parent_path()); result < 0)
        return failed("sync", -result);
    return {};
}

std::size_t FileStore::sweep(const std::function<bool(FileId)>& is_referenced) {
    std::error_code error;
    std::size_t removed = 0;
    for (std::filesystem::directory_iterator run(pending_, error), end; !error && run != end;
         run.increment(error)) {
        if (run->path() != own_pending_) removed += sweep_run(run->path(), is_referenced);
    }
    return removed;
}

std::size_t FileStore::sweep_run(const std::filesystem::path& folder,
                                 const std::function<bool(FileId)>& is_referenced) {
    std::error_code error;
    std::size_t removed = 0;
    for (std::filesystem::directory_iterator pending(folder, error), end; !error && pending != end;
         pending.increment(error)) {
        const auto id = id_of(pending->path().filename().string());
        if (!id) continue;
        if (!is_referenced(*id)) {
            if (!remove(*id)) continue;
            ++removed;
        }
        system_->remove(pending->path());
    }
    std::error_code not_empty;
    std::filesystem::remove(folder, not_empty);
    return removed;
}

}  // namespace faasd::blob
