#include "services/blob/lifecycle.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "services/blob/core.hpp"
#include "services/blob/document_rows.hpp"
#include "services/blob/object_lock.hpp"
#include "services/blob/upload_rows.hpp"

namespace faasd::blob {
namespace {

constexpr std::size_t kKeysAStep = 200;

using model::LifecycleRule;

bool is_due(const LifecycleRule& rule, const model::ObjectInfo& object, base::TimePoint now) {
    const auto expiry = expiry_of(rule, object);
    return expiry && *expiry <= now;
}

}  // namespace

base::TimePoint midnight_after(base::TimePoint time, std::uint32_t days) {
    return std::chrono::ceil<std::chrono::days>(time + std::chrono::days(days));
}

bool applies_to(const LifecycleRule& rule, const model::ObjectInfo& object) {
    if (!rule.enabled || !object.key.starts_with(rule.prefix)) return false;
    if (rule.larger_than && object.size <= *rule.larger_than) return false;
    if (rule.smaller_than && object.size >= *rule.smaller_than) return false;
    return std::ranges::all_of(rule.tags, [&](const auto& tag) {
        const auto found = object.tags.find(tag.first);
        return found != object.tags.end() && found->second == tag.second;
    });
}

std::optional<base::TimePoint> expiry_of(const LifecycleRule& rule, const model::ObjectInfo& object) {
    if (!applies_to(rule, object)) return std::nullopt;
    if (rule.expire_date) return rule.expire_date;
    if (rule.expire_days) return midnight_after(object.modified_at, *rule.expire_days);
    return std::nullopt;
}

struct Sweeps::Run {
    std::shared_ptr<Core> core;
    std::vector<RuledBucket> buckets;  // those that are left, the first one under way
    bool listed = false;
    std::string lower;  // where in it to go on

    base::Result<> step(model::Transaction& transaction) {
        auto& connection = storage::connection_of(transaction);
        if (!std::exchange(listed, true)) buckets = buckets_with_rules(connection);
        if (buckets.empty()) return {};
        const RuledBucket& bucket = buckets.front();
        const auto row = require_bucket_row(connection, bucket.name);
        if (row && lower.empty()) abort_uploads(transaction, bucket);
        for (std::size_t i = 0; i < kKeysAStep; ++i) {
            const auto key = row ? next_key(connection, row->id, lower) : std::nullopt;
            if (!key) {
                buckets.erase(buckets.begin());
                lower.clear();
                return {};
            }
            lower = *key + '\0';
            if (auto done = visit(transaction, bucket, *key); !done) return done;
        }
        return {};
    }

    base::Result<> visit(model::Transaction& transaction, const RuledBucket& bucket, const std::string& key) {
        auto& connection = storage::connection_of(transaction);
        const auto now = core->clock.now();
        const auto target = Core::open_target(connection, bucket.name, key, {});
        if (!target) return target.error();
        if (target->existing && std::ranges::any_of(bucket.rules, [&](const LifecycleRule& rule) {
                return is_due(rule, target->existing->info, now);
            })) {
            if (auto gone = core->take_away(transaction, *target, {}, "LifecycleExpiration"); !gone)
                return gone.error();
        }
        if (target->bucket.versioning == model::Versioning::off) return {};
        return visit_versions(transaction, bucket, key);
    }

    base::Result<> visit_versions(model::Transaction& transaction, const RuledBucket& bucket,
                                  const std::string& key) {
        auto& connection = storage::connection_of(transaction);
        const auto now = core->clock.now();
        bool hidden = !find_object(connection, bucket.row.id, key);
        auto versions = versions_of(connection, bucket.row.id, key, std::nullopt, 1000);
        const bool lone_marker = hidden && versions.size() == 1;
        std::uint32_t noncurrent = 0;
        for (const VersionRow& version : versions) {
            const bool latest = std::exchange(hidden, false);
            if (!latest) ++noncurrent;
            const bool due = std::ranges::any_of(bucket.rules, [&](const LifecycleRule& rule) {
                if (!rule.enabled || !key.starts_with(rule.prefix)) return false;
                if (latest) return lone_marker && rule.expire_lone_markers;
                return rule.noncurrent_days && noncurrent > rule.keep_noncurrent &&
                       applies_to(rule, version.object.info) &&
                       midnight_after(version.superseded_at, *rule.noncurrent_days) <= now;
            });
            if (!due || !check_lock(version.object.info, now, false)) continue;
            model::RemoveRequest request{bucket.name, key};
            request.version =
                version.object.info.version_id.empty() ? "null" : version.object.info.version_id;
            const auto target = Core::open_version(connection, bucket.name, key, *request.version);
            if (!target) return target.error();
            if (auto gone = core->remove_version(transaction, *target, request, "LifecycleExpiration:Delete");
                !gone)
                return gone.error();
        }
        return {};
    }

    void abort_uploads(model::Transaction& transaction, const RuledBucket& bucket) {
        auto& connection = storage::connection_of(transaction);
        std::vector<Garbage> garbage;
        for (const model::UploadInfo& upload : uploads_of(connection, bucket.row.id)) {
            const bool due = std::ranges::any_of(bucket.rules, [&](const LifecycleRule& rule) {
                return rule.enabled && rule.abort_upload_days && upload.key.starts_with(rule.prefix) &&
                       midnight_after(upload.started_at, *rule.abort_upload_days) <= core->clock.now();
            });
            if (due) delete_upload(connection, upload.upload_id, {}, garbage);
        }
        core->collect_after_commit(transaction, std::move(garbage));
    }
};

void Sweeps::start(const std::shared_ptr<Core>& core) {
    {
        std::lock_guard lock(mutex_);
        if (stopping_) return;
        if (std::exchange(running_, true)) {
            again_ = true;
            return;
        }
    }
    auto run = std::make_shared<Run>();
    run->core = core;
    step(std::move(run));
}

void Sweeps::step(std::shared_ptr<Run> run) {
    auto& store = run->core->store;
    store.write([run](model::Transaction& transaction) { return run->step(transaction); },
                [this, run](const base::Result<>& done) {
                    if (!done)
                        spdlog::error("buckets: the lifecycle rules could not be applied: {}",
                                      done.error().message);
                    if (!done || run->buckets.empty()) return ended(run->core);
                    {
                        std::lock_guard lock(mutex_);
                        if (stopping_) return;
                    }
                    step(run);
                });
}

void Sweeps::ended(const std::shared_ptr<Core>& core) {
    {
        std::lock_guard lock(mutex_);
        if (stopping_) return;  // the store may be ending as well
    }
    bool has_rules = false;
    try {
        auto reader = core->store.read();
        has_rules = !buckets_with_rules(reader.connection()).empty();
    } catch (const storage::StoreError& error) {
        spdlog::error("buckets: the lifecycle rules could not be read: {}", error.what());
    }
    std::unique_lock lock(mutex_);
    running_ = false;
    if (stopping_) return;
    if (std::exchange(again_, false)) {
        lock.unlock();
        return start(core);
    }
    if (timer_ != 0) core->timers.cancel(std::exchange(timer_, 0));
    if (!has_rules) return;
    const base::TimePoint midnight =
        std::chrono::floor<std::chrono::days>(core->clock.now()) + std::chrono::days{1};
    timer_ = core->timers.at(midnight, [weak = std::weak_ptr(core)] {
        if (const auto alive = weak.lock()) alive->sweeps.start(alive);
    });
}

void Sweeps::stop() {
    std::lock_guard lock(mutex_);
    stopping_ = true;
}

}  // namespace faasd::blob
