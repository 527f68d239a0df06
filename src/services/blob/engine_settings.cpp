// What a bucket is set to.
#include <utility>

#include "services/blob/blob_engine.hpp"
#include "services/blob/core.hpp"
#include "services/blob/document_rows.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;
using model::Versioning;
using storage::connection_of;

}  // namespace

base::Result<model::BucketInfo> BlobEngine::bucket(std::string_view name) {
    return guarded([&]() -> base::Result<model::BucketInfo> {
        auto reader = core_->store.read();
        return require_bucket_info(reader.connection(), name);
    });
}

void BlobEngine::set_versioning(std::string bucket, Versioning versioning, base::Completion<> done) {
    core_->store.write(
        [bucket = std::move(bucket), versioning](model::Transaction& transaction) -> base::Result<> {
            auto& connection = connection_of(transaction);
            const auto row = require_bucket_row(connection, bucket);
            if (!row) return row.error();
            if (versioning == Versioning::off && row->versioning != Versioning::off)
                return base::Error{BlobErrc::invalid_argument,
                                   "versioning can be suspended, not switched off"};
            if (versioning != Versioning::enabled && row->lock.enabled)
                return base::Error{BlobErrc::invalid_bucket_state,
                                   "the bucket '" + bucket + "' has an object lock, which needs versioning"};
            connection.prepare("UPDATE blob_buckets SET versioning = ? WHERE id = ?")
                .bind(1, static_cast<std::int64_t>(versioning))
                .bind(2, row->id)
                .run();
            return {};
        },
        std::move(done));
}

void BlobEngine::set_object_lock(std::string bucket, model::ObjectLock lock, base::Completion<> done) {
    core_->store.write(
        [bucket = std::move(bucket), lock](model::Transaction& transaction) -> base::Result<> {
            auto& connection = connection_of(transaction);
            const auto row = require_bucket_row(connection, bucket);
            if (!row) return row.error();
            if (row->versioning != Versioning::enabled)
                return base::Error{
                    BlobErrc::no_versioning,
                    "the bucket '" + bucket + "' has no versioning, which an object lock needs"};
            if (!lock.enabled && row->lock.enabled)
                return base::Error{BlobErrc::invalid_bucket_state, "an object lock cannot be switched off"};
            const std::string text = encode_lock(lock);
            connection.prepare("UPDATE blob_buckets SET object_lock = ? WHERE id = ?")
                .bind(1, text)
                .bind(2, row->id)
                .run();
            return {};
        },
        std::move(done));
}

base::Result<std::string> BlobEngine::document(std::string_view bucket, std::string_view name) {
    return guarded([&]() -> base::Result<std::string> {
        auto reader = core_->store.read();
        const auto id = require_bucket(reader.connection(), bucket);
        if (!id) return id.error();
        return find_document(reader.connection(), *id, name);
    });
}

void BlobEngine::set_document(std::string bucket, std::string name, std::string text,
                              base::Completion<> done) {
    core_->store.write(
        [bucket = std::move(bucket), name = std::move(name),
         text = std::move(text)](model::Transaction& transaction) -> base::Result<> {
            auto& connection = connection_of(transaction);
            const auto id = require_bucket(connection, bucket);
            if (!id) return id.error();
            put_document(connection, *id, name, text);
            return {};
        },
        std::move(done));
}

void BlobEngine::set_lifecycle(std::string bucket, std::vector<model::LifecycleRule> rules,
                               base::Completion<> done) {
    core_->store.write(
        [core = core_, bucket = std::move(bucket),
         rules = std::move(rules)](model::Transaction& transaction) -> base::Result<> {
            auto& connection = connection_of(transaction);
            const auto id = require_bucket(connection, bucket);
            if (!id) return id.error();
            put_document(connection, *id, kLifecycle, encode_rules(rules));
            forget_sweep(connection);
            transaction.after_commit([core] {
                core->expirations.forget();
                core->sweeps.start(core);
            });
            return {};
        },
        std::move(done));
}

base::Result<std::vector<model::LifecycleRule>> BlobEngine::lifecycle(std::string_view bucket) {
    auto text = document(bucket, kLifecycle);
    if (!text) return text.error();
    return decode_rules(*text);
}

std::optional<model::Expiration> BlobEngine::expiration(std::string_view bucket,
                                                        const model::ObjectInfo& object) {
    using Found = std::optional<model::Expiration>;
    const auto found =
        guarded([&]() -> base::Result<Found> { return core_->expirations.of(core_->store, bucket, object); });
    return found ? *found : Found{};
}

}  // namespace faasd::blob
