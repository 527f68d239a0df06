// Versions: removing one, changing what is said of one, listing them.
#include <utility>

#include "services/blob/blob_engine.hpp"
#include "services/blob/conditions.hpp"
#include "services/blob/core.hpp"
#include "services/blob/names.hpp"
#include "services/blob/object_lock.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;
using model::ObjectInfo;
using storage::connection_of;

struct Removing {
    std::shared_ptr<Core> core;
    model::RemoveRequest request;
    model::Removed removed;
    base::Completion<model::Removed> done;

    base::Result<> run(model::Transaction& transaction) {
        auto& connection = connection_of(transaction);
        const auto target =
            request.version ? Core::open_version(connection, request.bucket, request.key, *request.version)
                            : Core::open_target(connection, request.bucket, request.key, {});
        if (!target) return target.error();
        if (request.if_match && target->existing) {
            model::PutOptions conditions;
            conditions.if_match = request.if_match;
            if (auto holds = check_write_conditions(conditions, request.key, target->existing->info.etag);
                !holds)
                return holds;
        }
        auto result = request.version ? core->remove_version(transaction, *target, request)
                                      : core->take_away(transaction, *target, request.trace);
        if (!result) return result.error();
        removed = std::move(*result);
        return {};
    }
};

struct Updating {
    std::shared_ptr<Core> core;
    std::string bucket, key;
    std::optional<std::string> version;
    model::ObjectUpdate update;
    ObjectInfo info;
    base::Completion<ObjectInfo> done;

    base::Result<> run(model::Transaction& transaction) {
        auto& connection = connection_of(transaction);
        // Says what is wrong where it is not there, or a delete marker.
        if (auto found = require_object(connection, bucket, key, model::Selection{version}); !found)
            return found.error();
        auto target = version ? Core::open_version(connection, bucket, key, *version)
                              : Core::open_target(connection, bucket, key, {});
        if (!target) return target.error();
        ObjectRow& row = target->noncurrent ? target->noncurrent->object : *target->existing;
        if (auto done_so = apply_update(row.info, update, target->bucket.lock, core->clock.now()); !done_so)
            return done_so;
        if (target->noncurrent)
            update_version(connection, target->noncurrent->id, row.info);
        else
            put_object(connection, target->bucket.id, row);
        info = row.info;
        info.version_id = shown_version(target->bucket.versioning, row.info.version_id);
        if (!update.tags) return {};
        const std::int64_t sequence = count_change(connection, target->bucket.id, 0, 0);
        ObjectInfo told = info;
        told.trace = update.trace;
        return core->tell(transaction, *target, model::BlobEventKind::changed,
                          update.tags->empty() ? "ObjectTagging:Delete" : "ObjectTagging:Put",
                          std::move(told), sequence);
    }
};

}  // namespace

void BlobEngine::remove(std::string bucket, std::string key, std::string trace, base::Completion<> done) {
    model::RemoveRequest request{std::move(bucket), std::move(key)};
    request.trace = std::move(trace);
    remove(std::move(request), [done = std::move(done)](const base::Result<model::Removed>& removed) mutable {
        if (!removed) return done(removed.error());
        done({});
    });
}

void BlobEngine::remove(model::RemoveRequest request, base::Completion<model::Removed> done) {
    if (auto valid = check_key(request.key); !valid) return done(valid.error());
    auto removing = std::make_shared<Removing>(Removing{core_, std::move(request), {}, std::move(done)});
    core_->store.write([removing](model::Transaction& transaction) { return removing->run(transaction); },
                       [removing](const base::Result<>& result) {
                           if (!result) return removing->done(result.error());
                           removing->done(std::move(removing->removed));
                       });
}

void BlobEngine::update(std::string bucket, std::string key, std::optional<std::string> version,
                        model::ObjectUpdate update, base::Completion<ObjectInfo> done) {
    if (auto valid = check_key(key); !valid) return done(valid.error());
    model::PutOptions checked;
    checked.tags = update.tags.value_or(model::Metadata{});
    checked.properties = update.properties;
    if (auto valid = check_and_normalize(checked); !valid) return done(valid.error());
    auto updating = std::make_shared<Updating>(Updating{core_,
                                                        std::move(bucket),
                                                        std::move(key),
                                                        std::move(version),
                                                        std::move(update),
                                                        {},
                                                        std::move(done)});
    core_->store.write([updating](model::Transaction& transaction) { return updating->run(transaction); },
                       [updating](const base::Result<>& result) {
                           if (!result) return updating->done(result.error());
                           updating->done(std::move(updating->info));
                       });
}

base::Result<model::VersionPage> BlobEngine::list_versions(std::string_view bucket,
                                                           const model::VersionListRequest& request) {
    return guarded([&]() -> base::Result<model::VersionPage> {
        auto reader = core_->store.read();
        const auto row = require_bucket_row(reader.connection(), bucket);
        if (!row) return row.error();
        return blob::list_versions(reader.connection(), *row, request);
    });
}

}  // namespace faasd::blob
