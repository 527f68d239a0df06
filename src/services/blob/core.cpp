#include "services/blob/core.hpp"

#include <cstdio>
#include <utility>

#include "base/random.hpp"
#include "base/wait.hpp"
#include "services/blob/conditions.hpp"
#include "services/blob/document_rows.hpp"
#include "services/blob/object_lock.hpp"
#include "services/blob/schema.hpp"

namespace faasd::blob {
namespace {

constexpr std::size_t kVersionIdDigits = 32;

// Creates the tables, and asks the store whether its commits survive a loss of power: then files must, too.
bool migrate(storage::Store& store) {
    create_tables(store);
    bool durable = false;
    base::wait_for<void>([&](base::Completion<> done) {
        store.write(
            [&durable](model::Transaction& transaction) -> base::Result<> {
                constexpr std::int64_t kSynchronousFull = 2;
                auto level = storage::connection_of(transaction).prepare("PRAGMA synchronous");
                durable = level.step() && level.integer(0) >= kSynchronousFull;
                return {};
            },
            std::move(done));
    }).value();
    return durable;
}

// Digits that compare as text: the bucket first, since one that is created again begins to count anew.
std::string sequencer_of(BucketId bucket, std::int64_t sequence) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%06llX%012llX", static_cast<unsigned long long>(bucket),
                  static_cast<unsigned long long>(sequence));
    return digits;
}

BlobOptions with_file_system(BlobOptions options) {
    if (!options.file_system) options.file_system = std::make_shared<FileSystem>();
    return options;
}

}  // namespace

Core::Core(storage::Store& a_store, const base::Clock& a_clock, base::Timers& a_timers,
           BlobOptions an_options)
    : store(a_store),
      clock(a_clock),
      options(with_file_system(std::move(an_options))),
      files(std::make_shared<FileStore>(store.directory() / "objects", migrate(store), options.file_system)),
      collector(store, clock, a_timers, files, pins),
      timers(a_timers) {}

base::Result<Core::Target> Core::open_target(storage::Connection& connection, const std::string& bucket,
                                             const std::string& key, const model::PutOptions& options) {
    const auto row = require_bucket_row(connection, bucket);
    if (!row) return row.error();
    Target target{*row, bucket, key, find_object(connection, row->id, key)};
    std::optional<std::string_view> etag;
    if (target.existing) etag = target.existing->info.etag;
    if (auto allowed = check_write_conditions(options, key, etag); !allowed) return allowed.error();
    return target;
}

base::Result<Core::Target> Core::open_version(storage::Connection& connection, const std::string& bucket,
                                              const std::string& key, const std::string& version) {
    auto target = open_target(connection, bucket, key, {});
    if (!target) return target;
    const std::string_view stored = version == "null" ? std::string_view{} : std::string_view(version);
    if (target->existing && target->existing->info.version_id == stored) return target;
    target->noncurrent = find_version(connection, target->bucket.id, key, stored);
    return target;
}

Core::Figures Core::supersede(storage::Connection& connection, const Target& target,
                              std::vector<Garbage>& garbage) {
    Figures figures;
    const auto versioning = target.bucket.versioning;
    if (target.existing) {
        figures = {-1, -static_cast<std::int64_t>(target.existing->info.size)};
        if (versioning == model::Versioning::enabled ||
            (versioning == model::Versioning::suspended && !target.existing->info.version_id.empty())) {
            add_version(connection, target.bucket.id, *target.existing, clock.now());
            delete_object(connection, target.bucket.id, target.key);
        } else {
            release_content(connection, target.existing->content, garbage);
        }
    }
    if (versioning == model::Versioning::suspended) {  // there is one version without an id at most
        if (const auto before = find_version(connection, target.bucket.id, target.key, "")) {
            if (!before->object.info.delete_marker)
                release_content(connection, before->object.content, garbage);
            delete_version(connection, before->id);
        }
    }
    return figures;
}

base::Result<> Core::show(model::Transaction& transaction, const Target& target, ObjectRow& object,
                          std::string_view event, std::vector<Garbage> garbage) {
    auto& connection = storage::connection_of(transaction);
    if (auto allowed = apply_default_lock(object.info, target.bucket.lock, clock.now()); !allowed)
        return allowed;
    Figures figures = supersede(connection, target, garbage);
    object.info.version_id = target.bucket.versioning == model::Versioning::enabled
                                 ? base::random_hex(kVersionIdDigits)
                                 : std::string{};
    put_object(connection, target.bucket.id, object);
    const std::int64_t sequence = count_change(connection, target.bucket.id, figures.objects + 1,
                                               figures.bytes + static_cast<std::int64_t>(object.info.size));
    collect_after_commit(transaction, std::move(garbage));
    object.info.version_id = shown_version(target.bucket.versioning, object.info.version_id);
    return tell(transaction, target, model::BlobEventKind::created, event, object.info, sequence);
}

base::Result<model::Removed> Core::take_away(model::Transaction& transaction, const Target& target,
                                             std::string trace, std::string_view cause) {
    auto& connection = storage::connection_of(transaction);
    const bool versioned = target.bucket.versioning != model::Versioning::off;
    if (!versioned && !target.existing) return model::Removed{};
    std::vector<Garbage> garbage;
    ObjectRow gone;
    if (target.existing) gone = *target.existing;
    const Figures figures = supersede(connection, target, garbage);
    delete_object(connection, target.bucket.id, target.key);
    model::Removed removed;
    if (versioned) {
        gone = {};
        gone.info.key = target.key;
        gone.info.delete_marker = true;
        gone.info.modified_at = clock.now();
        gone.info.trace = trace;
        if (target.bucket.versioning == model::Versioning::enabled)
            gone.info.version_id = base::random_hex(kVersionIdDigits);
        add_version(connection, target.bucket.id, gone, clock.now());
        removed = {true, shown_version(target.bucket.versioning, gone.info.version_id)};
        gone.info.version_id = removed.version_id;
    }
    const std::int64_t sequence = count_change(connection, target.bucket.id, figures.objects, figures.bytes);
    collect_after_commit(transaction, std::move(garbage));
    gone.info.trace = std::move(trace);
    auto told = tell(transaction, target, model::BlobEventKind::removed,
                     std::string(cause) + (versioned ? ":DeleteMarkerCreated" : ":Delete"),
                     std::move(gone.info), sequence);
    if (!told) return told.error();
    return removed;
}

base::Result<model::Removed> Core::remove_version(model::Transaction& transaction, const Target& target,
                                                  const model::RemoveRequest& request,
                                                  std::string_view event) {
    auto& connection = storage::connection_of(transaction);
    model::Removed removed{false, request.version.value_or("")};
    if (target.bucket.versioning == model::Versioning::off) removed.version_id.clear();
    const bool is_current = !target.noncurrent && target.existing;
    const std::string_view wanted = request.version == "null" ? "" : std::string_view(*request.version);
    if (!target.noncurrent && !(is_current && target.existing->info.version_id == wanted)) return removed;
    const ObjectRow& row = is_current ? *target.existing : target.noncurrent->object;
    if (!request.force) {
        if (auto allowed = check_lock(row.info, clock.now(), request.bypass_governance); !allowed)
            return allowed.error();
    }
    std::vector<Garbage> garbage;
    Figures figures;
    removed.delete_marker = row.info.delete_marker;
    if (!row.info.delete_marker) release_content(connection, row.content, garbage);
    if (is_current) {
        figures = {-1, -static_cast<std::int64_t>(row.info.size)};
        delete_object(connection, target.bucket.id, target.key);
    } else {
        delete_version(connection, target.noncurrent->id);
    }
    if (is_current || !target.existing) {
        auto before = newest_version(connection, target.bucket.id, target.key);
        if (before && !before->object.info.delete_marker) {
            delete_version(connection, before->id);
            put_object(connection, target.bucket.id, before->object);
            figures.objects += 1;
            figures.bytes += static_cast<std::int64_t>(before->object.info.size);
        }
    }
    const std::int64_t sequence = count_change(connection, target.bucket.id, figures.objects, figures.bytes);
    collect_after_commit(transaction, std::move(garbage));
    model::ObjectInfo gone = row.info;
    gone.version_id = removed.version_id;
    gone.trace = request.trace;
    auto told = tell(transaction, target, model::BlobEventKind::removed, event, std::move(gone), sequence);
    if (!told) return told.error();
    return removed;
}

base::Result<> Core::tell(model::Transaction& transaction, const Target& target, model::BlobEventKind kind,
                          std::string_view event, model::ObjectInfo object, std::int64_t sequence) {
    if (!sink) return {};
    std::string notifications;
    if (target.bucket.notifies)
        notifications = find_document(storage::connection_of(transaction), target.bucket.id, kNotifications);
    model::BlobChange change;
    change.kind = kind;
    change.name = event;
    change.bucket = target.bucket_name;
    change.at = clock.now();
    change.sequencer = sequencer_of(target.bucket.id, sequence);
    change.object = std::move(object);
    change.notifications = notifications;
    return sink(transaction, change);
}

void Core::collect_after_commit(model::Transaction& transaction, std::vector<Garbage> garbage) {
    if (garbage.empty()) return;
    // The job that runs this holds the core until its completion, which comes later.
    transaction.after_commit(
        [this, garbage = std::move(garbage)]() mutable { collector.collect(std::move(garbage)); });
}

}  // namespace faasd::blob
