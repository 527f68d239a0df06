// Buckets with the semantics of Amazon S3, over the store and a folder of files beside it.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "model/blobs.hpp"
#include "services/blob/file_system.hpp"
#include "services/blob/multipart.hpp"
#include "storage/store.hpp"

namespace faasd::blob {

struct BlobOptions {
    // Objects up to this size live in the database, larger ones in files. Measured in CPU time on ext4: at 64
    // KiB both read alike and a row is written in half the time, since creating a file costs most; at 128 KiB
    // a file wins.
    std::uint64_t inline_bytes = 64 << 10;
    std::uint64_t max_put_bytes = kMaxPutBytes;
    std::uint64_t min_part_bytes = kMinPartBytes;
    std::shared_ptr<FileSystem> file_system = nullptr;  // the real one; another for fault injection
};

struct Core;

// Thread-safe, as model::Blobs says. Where it goes beyond that:
// - ObjectWriter::commit() makes the file durable on the calling thread, and calls `done` there where that
// fails or
//   the content is refused; otherwise on the store's writer thread.
// - Files live below <store's folder>/objects and survive a loss of power exactly where the store does.
// - A copy shows the same content as its source and counts it, so it costs no bytes, keeps the source's ETag,
// and
//   neither suffers from what becomes of the other. A file goes when nothing shows it and nobody reads it.
// - Completing an upload moves its parts into the object as they are: no byte is read or copied.
// - A bucket with uploads in progress can be removed; they are aborted.
// - A page of a listing has 1000 keys at most. remove() of a key that is not there succeeds and is no change.
// Open readers may outlive the engine; writers and the store may not.
class BlobEngine final : public model::Blobs {
  public:
    BlobEngine(storage::Store& store, const base::Clock& clock, base::Timers& timers,
               BlobOptions options = {});
    // Not on the store's writer thread.
    ~BlobEngine() override;

    void create_bucket(std::string name, base::Completion<> done) override;
    void ensure_bucket(std::string name, base::Completion<> done) override;
    void create_bucket(model::NewBucket bucket, base::Completion<> done) override;
    void remove_bucket(std::string name, base::Completion<> done) override;
    [[nodiscard]] std::vector<model::BucketInfo> buckets() override;
    [[nodiscard]] bool bucket_exists(std::string_view name) override;
    [[nodiscard]] base::Result<model::BucketInfo> bucket(std::string_view name) override;
    void set_versioning(std::string bucket, model::Versioning versioning, base::Completion<> done) override;
    void set_object_lock(std::string bucket, model::ObjectLock lock, base::Completion<> done) override;
    void set_lifecycle(std::string bucket, std::vector<model::LifecycleRule> rules,
                       base::Completion<> done) override;
    [[nodiscard]] base::Result<std::vector<model::LifecycleRule>> lifecycle(std::string_view bucket) override;
    [[nodiscard]] std::optional<model::Expiration> expiration(std::string_view bucket,
                                                              const model::ObjectInfo& object) override;
    [[nodiscard]] base::Result<std::string> document(std::string_view bucket, std::string_view name) override;
    void set_document(std::string bucket, std::string name, std::string text,
                      base::Completion<> done) override;

    [[nodiscard]] base::Result<std::unique_ptr<model::ObjectWriter>> put(std::string bucket, std::string key,
                                                                         model::PutOptions options) override;
    [[nodiscard]] base::Result<std::unique_ptr<model::ObjectReader>> get(
        std::string_view bucket, std::string_view key, const model::ReadConditions& conditions = {},
        std::optional<model::ByteRange> range = {}, const model::Selection& which = {}) override;
    [[nodiscard]] base::Result<model::ObjectInfo> head(std::string_view bucket, std::string_view key,
                                                       const model::ReadConditions& conditions = {},
                                                       const model::Selection& which = {}) override;
    [[nodiscard]] base::Result<std::vector<model::PartInfo>> object_parts(
        std::string_view bucket, std::string_view key, const model::Selection& which = {}) override;
    void remove(model::RemoveRequest request, base::Completion<model::Removed> done) override;
    void update(std::string bucket, std::string key, std::optional<std::string> version,
                model::ObjectUpdate update, base::Completion<model::ObjectInfo> done) override;
    [[nodiscard]] base::Result<model::VersionPage> list_versions(
        std::string_view bucket, const model::VersionListRequest& request) override;
    void remove(std::string bucket, std::string key, std::string trace, base::Completion<> done) override;
    void copy(CopyRequest request, base::Completion<model::ObjectInfo> done) override;
    [[nodiscard]] base::Result<model::ListPage> list(std::string_view bucket,
                                                     const model::ListRequest& request) override;

    void start_upload(std::string bucket, std::string key, model::PutOptions options,
                      base::Completion<std::string> upload_id) override;
    [[nodiscard]] base::Result<std::unique_ptr<model::ObjectWriter>> put_part(
        std::string bucket, std::string key, std::string upload_id, std::uint32_t number,
        std::optional<std::string> content_md5) override;
    void complete_upload(std::string bucket, std::string key, std::string upload_id,
                         std::vector<model::PartInfo> parts,
                         base::Completion<model::ObjectInfo> done) override;
    void complete_upload(std::string bucket, std::string key, std::string upload_id,
                         std::vector<model::PartInfo> parts, model::CompleteOptions options,
                         base::Completion<model::ObjectInfo> done) override;
    void abort_upload(std::string bucket, std::string key, std::string upload_id,
                      base::Completion<> done) override;
    [[nodiscard]] base::Result<std::vector<model::PartInfo>> parts(std::string_view bucket,
                                                                   std::string_view key,
                                                                   std::string_view upload_id) override;
    [[nodiscard]] base::Result<std::vector<model::UploadInfo>> uploads(std::string_view bucket) override;
    [[nodiscard]] base::Result<model::UploadInfo> upload(std::string_view bucket, std::string_view key,
                                                         std::string_view upload_id) override;

    void on_change(model::BlobChangeSink sink) override;

    // Blocks until files that nothing shows or reads any more are removed. For tests.
    void drain();

  private:
    const std::shared_ptr<Core> core_;
};

}  // namespace faasd::blob
