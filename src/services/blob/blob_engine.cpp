#include "services/blob/blob_engine.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "services/blob/core.hpp"
#include "services/blob/names.hpp"
#include "services/blob/upload_rows.hpp"

namespace faasd::blob {

using model::BlobErrc;
using storage::connection_of;

BlobEngine::BlobEngine(storage::Store& store, const base::Clock& clock, base::Timers& timers,
                       BlobOptions options)
    : core_(std::make_shared<Core>(store, clock, timers, std::move(options))) {
    core_->sweeps.begin(core_);
}

BlobEngine::~BlobEngine() {
    core_->sweeps.stop();
    core_->collector.stop();
}

void BlobEngine::on_change(model::BlobChangeSink sink) {
    core_->sink = std::move(sink);
}

void BlobEngine::drain() {
    core_->collector.drain();
}

void BlobEngine::create_bucket(std::string name, base::Completion<> done) {
    create_bucket(model::NewBucket{std::move(name)}, std::move(done));
}

void BlobEngine::create_bucket(model::NewBucket bucket, base::Completion<> done) {
    if (auto valid = check_bucket_name(bucket.name); !valid) return done(valid.error());
    core_->store.write(
        [core = core_, bucket = std::move(bucket)](model::Transaction& transaction) -> base::Result<> {
            auto& connection = connection_of(transaction);
            if (auto existing = require_bucket_info(connection, bucket.name)) {
                auto detail = std::make_shared<model::BucketDetail>();
                detail->bucket = std::move(*existing);
                return base::Error{BlobErrc::bucket_exists, "the bucket '" + bucket.name + "' exists already",
                                   std::move(detail)};
            }
            add_bucket(connection, bucket, core->clock.now());
            return {};
        },
        std::move(done));
}

void BlobEngine::ensure_bucket(std::string name, base::Completion<> done) {
    if (auto valid = check_bucket_name(name); !valid) return done(valid.error());
    core_->store.write(
        [core = core_, name = std::move(name)](model::Transaction& transaction) -> base::Result<> {
            auto& connection = connection_of(transaction);
            if (!find_bucket(connection, name))
                add_bucket(connection, model::NewBucket{name}, core->clock.now());
            return {};
        },
        std::move(done));
}

void BlobEngine::remove_bucket(std::string name, base::Completion<> done) {
    core_->store.write(
        [core = core_, name = std::move(name)](model::Transaction& transaction) -> base::Result<> {
            auto& connection = connection_of(transaction);
            const auto bucket = require_bucket(connection, name);
            if (!bucket) return bucket.error();
            if (has_objects(connection, *bucket)) {
                return base::Error{BlobErrc::bucket_not_empty,
                                   "the bucket '" + name + "' has objects: remove them first"};
            }
            std::vector<Garbage> garbage;
            for (const model::UploadInfo& upload : uploads_of(connection, *bucket)) {
                delete_upload(connection, upload.upload_id, {}, garbage);
            }
            delete_bucket(connection, *bucket);
            core->collect_after_commit(transaction, std::move(garbage));
            transaction.after_commit([core] { core->expirations.forget(); });
            return {};
        },
        std::move(done));
}

std::vector<model::BucketInfo> BlobEngine::buckets() {
    const auto found = guarded([&]() -> base::Result<std::vector<model::BucketInfo>> {
        auto reader = core_->store.read();
        return all_buckets(reader.connection());
    });
    if (found) return *found;
    spdlog::error("buckets: they cannot be listed: {}", found.error().message);
    return {};
}

bool BlobEngine::bucket_exists(std::string_view name) {
    const auto found = guarded([&]() -> base::Result<bool> {
        auto reader = core_->store.read();
        return find_bucket(reader.connection(), name).has_value();
    });
    if (found) return *found;
    spdlog::error("bucket {}: it cannot be looked for: {}", name, found.error().message);
    return false;
}

}  // namespace faasd::blob
