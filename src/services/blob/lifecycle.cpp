#include "services/blob/lifecycle.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>
#include <utility>

#include <spdlog/spdlog.h>

#include "services/blob/core.hpp"
#include "services/blob/document_rows.hpp"
#include "services/blob/object_lock.hpp"
#include "services/blob/upload_rows.hpp"

namespace faasd::blob {
namespace {

constexpr std::size_t kKeysAStep = 200;
constexpr std::size_t kVersionsAStep = 1000;
// Of the engine itself, not of a bucket: they are numbered from 1.
constexpr BucketId kOfEngine = 0;
constexpr std::string_view kSweptAt = "swept-at";
// Some five thousand years: whatever is farther does not fit into a TimePoint, or has a year of five digits.
constexpr std::uint32_t kFarthestDays = 2'000'000;

using model::LifecycleRule;

bool is_due(const LifecycleRule& rule, const model::ObjectInfo& object, base::TimePoint now) {
    const auto expiry = expiry_of(rule, object);
    return expiry && *expiry <= now;
}

void remember_sweep(storage::Connection& connection, base::TimePoint at) {
    put_document(connection, kOfEngine, kSweptAt, std::to_string(base::to_micros(at)));
}

// Nothing is due by a rule between two midnights that was not due at the first.
bool was_swept_on(storage::Connection& connection, base::TimePoint now) {
    const std::string text = find_document(connection, kOfEngine, kSweptAt);
    std::int64_t at = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), at).ec != std::errc{}) return false;
    return std::chrono::floor<std::chrono::days>(base::from_micros(at)) ==
           std::chrono::floor<std::chrono::days>(now);
}

}  // namespace

base::TimePoint midnight_after(base::TimePoint time, std::uint32_t days) {
    return std::chrono::ceil<std::chrono::days>(time + std::chrono::days(std::min(days, kFarthestDays)));
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
    // Where to go on: a step makes the next one of a copy, for it may be undone and made again.
    struct Position {
        bool listed = false;
        std::vector<RuledBucket> buckets;  // those that are left, the first one under way
        std::string lower;                 // where in it to go on
        // Inside of the versions of the key `lower`: behind which, and how many before it are not the newest.
        std::optional<std::int64_t> behind;
        std::uint32_t noncurrent = 0;
    };

    std::shared_ptr<Core> core;
    base::TimePoint begun{};
    Position position, next;
    std::set<std::pair<std::string, std::string>> failing;  // buckets with keys that are stepped over
    std::optional<std::pair<std::string, std::string>> failed;

    base::Result<> step(model::Transaction& transaction) {
        next = position;
        failed.reset();
        auto& connection = storage::connection_of(transaction);
        if (!std::exchange(next.listed, true)) next.buckets = buckets_with_rules(connection);
        if (next.buckets.empty()) return {};
        auto done = step_in_bucket(transaction);
        if (done && next.buckets.empty()) remember_sweep(connection, begun);
        return done;
    }

    base::Result<> step_in_bucket(model::Transaction& transaction) {
        auto& connection = storage::connection_of(transaction);
        const RuledBucket& bucket = next.buckets.front();
        const auto row = require_bucket_row(connection, bucket.name);
        if (row && next.lower.empty()) abort_uploads(transaction, bucket);
        for (std::size_t i = 0; i < kKeysAStep; ++i) {
            const auto key = row ? next_key(connection, row->id, next.lower) : std::nullopt;
            if (!key) {
                next.buckets.erase(next.buckets.begin());
                next.lower.clear();
                next.behind.reset();
                return {};
            }
            if (*key != next.lower) next.behind.reset();
            if (!failing.contains({bucket.name, *key})) {
                auto visited = visit(transaction, bucket, *key);
                if (!visited) {
                    failed = {bucket.name, *key};
                    return visited;
                }
                if (next.behind) {
                    next.lower = *key;
                    return {};
                }
            }
            next.behind.reset();
            next.lower = *key + '\0';
        }
        return {};
    }

    base::Result<> visit(model::Transaction& transaction, const RuledBucket& bucket, const std::string& key) {
        auto& connection = storage::connection_of(transaction);
        if (next.behind) return visit_versions(transaction, bucket, key);
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

    // A page of them; there may be more where next.behind is set afterwards.
    base::Result<> visit_versions(model::Transaction& transaction, const RuledBucket& bucket,
                                  const std::string& key) {
        auto& connection = storage::connection_of(transaction);
        const auto now = core->clock.now();
        const bool first = !next.behind;
        if (first) next.noncurrent = 0;
        bool hidden = first && !find_object(connection, bucket.row.id, key);
        const auto versions = versions_of(connection, bucket.row.id, key, next.behind, kVersionsAStep);
        const bool lone_marker = hidden && versions.size() == 1;
        next.behind.reset();
        if (versions.size() == kVersionsAStep) next.behind = versions.back().id;
        for (const VersionRow& version : versions) {
            const bool latest = std::exchange(hidden, false);
            if (!latest) ++next.noncurrent;
            const bool due = std::ranges::any_of(bucket.rules, [&](const LifecycleRule& rule) {
                if (!rule.enabled || !key.starts_with(rule.prefix)) return false;
                if (latest) return lone_marker && rule.expire_lone_markers;
                return rule.noncurrent_days && next.noncurrent > rule.keep_noncurrent &&
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

void forget_sweep(storage::Connection& connection) {
    put_document(connection, kOfEngine, kSweptAt, {});
}

void Sweeps::begin(const std::shared_ptr<Core>& core) {
    bool swept = false;
    try {
        auto reader = core->store.read();
        swept = was_swept_on(reader.connection(), core->clock.now());
    } catch (const storage::StoreError& error) {
        spdlog::error("buckets: when the lifecycle rules were applied cannot be read: {}", error.what());
    }
    if (!swept) return start(core);
    {
        std::lock_guard lock(mutex_);
        running_ = true;
    }
    ended(core);
}

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
    run->begun = core->clock.now();
    step(std::move(run));
}

void Sweeps::step(std::shared_ptr<Run> run) {
    auto& store = run->core->store;
    store.write([run](model::Transaction& transaction) { return run->step(transaction); },
                [this, run](const base::Result<>& done) {
                    if (!done && run->failed && run->failing.insert(*run->failed).second) {
                        spdlog::warn("buckets: the lifecycle rules could not be applied to {} of bucket {}: {}",
                                     run->failed->second, run->failed->first, done.error().message);
                    } else if (!done) {
                        spdlog::error("buckets: the lifecycle rules could not be applied: {}",
                                      done.error().message);
                        return ended(run->core);
                    } else {
                        run->position = std::move(run->next);
                        if (run->position.buckets.empty()) return ended(run->core);
                    }
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
