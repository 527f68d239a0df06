// An engine on a temporary folder, with a clock that stands still and calls that wait for their completion.
#pragma once

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/random.hpp"
#include "base/timers.hpp"
#include "base/wait.hpp"
#include "services/blob/blob_engine.hpp"
#include "storage/store.hpp"

namespace faasd::blob::testing {

using model::BlobErrc;

class TemporaryFolder {
  public:
    // In memory where that is possible: what is tested is never whether the disk is slow.
    TemporaryFolder()
        : path_((std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path()) /
                ("faasd-blob-" + base::random_hex(12))) {
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// A file system whose calls fail when a test wants them to.
class FaultyFileSystem final : public FileSystem {
  public:
    std::atomic<long> writable_bytes{-1};  // then the disk is full; -1: never
    std::atomic<long> bytes_a_write{-1};   // short writes; -1: whole ones
    std::atomic<bool> fail_sync{false};
    std::atomic<bool> fail_remove{false};
    std::atomic<bool> fail_create{false};
    std::atomic<int> interruptions{0};
    std::atomic<int> syncs{0};
    std::atomic<std::uint64_t> bytes_written_out{0}, bytes_dropped{0};

    int create(const std::filesystem::path& path) override {
        return fail_create ? -EACCES : FileSystem::create(path);
    }
    long write(int fd, std::string_view bytes) override {
        if (interruptions > 0 && interruptions-- > 0) return -EINTR;
        if (bytes_a_write >= 0) bytes = bytes.substr(0, static_cast<std::size_t>(bytes_a_write.load()));
        if (writable_bytes >= 0) {
            if (writable_bytes == 0) return -ENOSPC;
            bytes = bytes.substr(0, static_cast<std::size_t>(writable_bytes.load()));
            writable_bytes -= static_cast<long>(bytes.size());
        }
        return FileSystem::write(fd, bytes);
    }
    int sync(int fd) override {
        ++syncs;
        return fail_sync ? -EIO : FileSystem::sync(fd);
    }
    int write_out(int fd, std::uint64_t offset, std::uint64_t length) override {
        bytes_written_out += length;
        return FileSystem::write_out(fd, offset, length);
    }
    int drop_cached(int fd, std::uint64_t offset, std::uint64_t length) override {
        bytes_dropped += length;
        return FileSystem::drop_cached(fd, offset, length);
    }
    int remove(const std::filesystem::path& path) override {
        return fail_remove ? -EACCES : FileSystem::remove(path);
    }
};

inline std::string some_bytes(std::size_t count, char seed = 'a') {
    std::string bytes(count, '\0');
    for (std::size_t i = 0; i < count; ++i)
        bytes[i] = static_cast<char>(seed + i * 7 % 251);
    return bytes;
}

// Larger than what stays in the database, so that it is a file.
inline std::string large_bytes(char seed = 'a') {
    return some_bytes(100'000, seed);
}

class BlobTest : public ::testing::Test {
  protected:
    BlobTest() { open(); }
    ~BlobTest() override { close(); }

    void open(storage::Durability durability = storage::Durability::process) {
        open_at(folder_.path() / "data", durability);
    }
    void open_at(const std::filesystem::path& data,
                 storage::Durability durability = storage::Durability::process) {
        storage::StoreOptions options;
        options.directory = data;
        options.durability = durability;
        store_ = storage::Store::open(std::move(options)).value();
        BlobOptions blob_options;
        blob_options.min_part_bytes = 1000;
        blob_options.max_put_bytes = 10 << 20;
        blob_options.file_system = files_;
        engine_ = std::make_unique<BlobEngine>(*store_, clock_, timers_, std::move(blob_options));
    }
    void close() {
        engine_.reset();
        store_.reset();
    }
    void reopen() {
        close();
        open();
    }
    // What a killed process leaves: the folder as it is now, opened by another engine.
    void reopen_as_after_kill() {
        const auto image = folder_.path() / ("image" + std::to_string(++images_));
        std::filesystem::copy(store_->directory(), image, std::filesystem::copy_options::recursive);
        close();
        open_at(image);
    }

    void make_bucket(const std::string& name = "photos") {
        wait<void>([&](auto done) { engine_->create_bucket(name, std::move(done)); }).value();
    }
    template <class T, class Start>
    base::Result<T> wait(Start&& start) {
        return base::wait_for<T>([&](base::Completion<T> done) { start(std::move(done)); });
    }

    base::Result<model::ObjectInfo> put(const std::string& key, std::string_view bytes,
                                        model::PutOptions options = {},
                                        const std::string& bucket = "photos") {
        auto writer = engine_->put(bucket, key, std::move(options));
        if (!writer) return writer.error();
        return write(**writer, bytes);
    }
    base::Result<model::ObjectInfo> write(model::ObjectWriter& writer, std::string_view bytes) {
        if (auto written = writer.write(bytes); !written) return written.error();
        return wait<model::ObjectInfo>([&](auto done) { writer.commit(std::move(done)); });
    }
    static base::Result<std::string> read_all(model::ObjectReader& reader, std::size_t chunk = 5000) {
        std::string bytes;
        std::string buffer(chunk, '\0');
        while (true) {
            auto count = reader.read(std::span(buffer.data(), buffer.size()));
            if (!count) return count.error();
            if (*count == 0) return bytes;
            bytes.append(buffer, 0, *count);
        }
    }
    base::Result<std::string> get(const std::string& key, std::optional<model::ByteRange> range = {},
                                  const std::string& bucket = "photos") {
        auto reader = engine_->get(bucket, key, {}, range);
        if (!reader) return reader.error();
        return read_all(**reader);
    }
    base::Result<> remove(const std::string& key, const std::string& bucket = "photos") {
        return wait<void>([&](auto done) { engine_->remove(bucket, key, "trace", std::move(done)); });
    }
    base::Result<model::ObjectInfo> copy(model::Blobs::CopyRequest request) {
        return wait<model::ObjectInfo>(
            [&](auto done) { engine_->copy(std::move(request), std::move(done)); });
    }
    std::string start_upload(const std::string& key, model::PutOptions options = {}) {
        return wait<std::string>([&](auto done) {
                   engine_->start_upload("photos", key, std::move(options), std::move(done));
               })
            .value();
    }
    base::Result<model::ObjectInfo> put_part(const std::string& key, const std::string& id,
                                             std::uint32_t number, std::string_view bytes,
                                             std::optional<std::string> md5 = {}) {
        auto writer = engine_->put_part("photos", key, id, number, std::move(md5));
        if (!writer) return writer.error();
        return write(**writer, bytes);
    }
    base::Result<model::ObjectInfo> complete(const std::string& key, const std::string& id,
                                             std::vector<model::PartInfo> parts) {
        return wait<model::ObjectInfo>([&](auto done) {
            engine_->complete_upload("photos", key, id, std::move(parts), std::move(done));
        });
    }
    base::Result<> abort(const std::string& key, const std::string& id) {
        return wait<void>([&](auto done) { engine_->abort_upload("photos", key, id, std::move(done)); });
    }

    // Files of objects, and those under the name that they have until a row refers to them.
    [[nodiscard]] std::size_t files_on_disk() const { return count_files(false); }
    [[nodiscard]] std::size_t pending_on_disk() const { return count_files(true); }

    TemporaryFolder folder_;
    base::ManualClock clock_;
    base::ManualTimers timers_{clock_};
    std::shared_ptr<FaultyFileSystem> files_ = std::make_shared<FaultyFileSystem>();
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<BlobEngine> engine_;

  private:
    [[nodiscard]] std::size_t count_files(bool pending) const {
        std::size_t count = 0;
        const auto objects = store_->directory() / "objects";
        if (!std::filesystem::exists(objects)) return 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(objects)) {
            const bool is_pending = entry.path().parent_path().parent_path().filename() == "pending";
            if (entry.is_regular_file() && is_pending == pending) ++count;
        }
        return count;
    }
    int images_ = 0;
};

template <class T>
std::error_code code_of(const base::Result<T>& result) {
    return result ? std::error_code{} : result.error().code;
}

}  // namespace faasd::blob::testing
