#include "services/blob/core.hpp"

#include <cstdio>
#include <utility>

#include "base/wait.hpp"
#include "services/blob/conditions.hpp"

namespace faasd::blob {
namespace {

// Creates the tables, and asks the store whether its commits survive a loss of power: then files must, too.
bool migrate(storage::Store& store) {
    store.migrate(kSchema);
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

Core::Core(storage::Store& a_store, const base::Clock& a_clock, base::Timers& timers, BlobOptions an_options)
    : store(a_store),
      clock(a_clock),
      options(with_file_system(std::move(an_options))),
      files(std::make_shared<FileStore>(store.directory() / "objects", migrate(store), options.file_system)),
      collector(store, clock, timers, files, pins) {}

base::Result<Core::Target> Core::open_target(storage::Connection& connection, const std::string& bucket,
                                             const std::string& key, const model::PutOptions& options) {
    const auto id = require_bucket(connection, bucket);
    if (!id) return id.error();
    Target target{*id, bucket, find_object(connection, *id, key)};
    std::optional<std::string_view> etag;
    if (target.existing) etag = target.existing->info.etag;
    if (auto allowed = check_write_conditions(options, key, etag); !allowed) return allowed.error();
    return target;
}

base::Result<> Core::show(model::Transaction& transaction, const Target& target, const ObjectRow& object,
                          std::string_view event, std::vector<Garbage> garbage) {
    auto& connection = storage::connection_of(transaction);
    std::int64_t more_objects = 1;
    auto more_bytes = static_cast<std::int64_t>(object.info.size);
    if (target.existing) {
        more_objects = 0;
        more_bytes -= static_cast<std::int64_t>(target.existing->info.size);
        release_content(connection, target.existing->content, garbage);
    }
    put_object(connection, target.bucket, object);
    const std::int64_t sequence = count_change(connection, target.bucket, more_objects, more_bytes);
    collect_after_commit(transaction, std::move(garbage));
    return tell(transaction, target, model::BlobEventKind::created, event, object.info, sequence);
}

base::Result<> Core::take_away(model::Transaction& transaction, const Target& target, std::string trace) {
    auto& connection = storage::connection_of(transaction);
    std::vector<Garbage> garbage;
    model::ObjectInfo gone = target.existing->info;
    release_content(connection, target.existing->content, garbage);
    delete_object(connection, target.bucket, gone.key);
    const std::int64_t sequence =
        count_change(connection, target.bucket, -1, -static_cast<std::int64_t>(gone.size));
    collect_after_commit(transaction, std::move(garbage));
    gone.trace = std::move(trace);
    return tell(transaction, target, model::BlobEventKind::removed, "ObjectRemoved:Delete", std::move(gone),
                sequence);
}

base::Result<> Core::tell(model::Transaction& transaction, const Target& target, model::BlobEventKind kind,
                          std::string_view event, model::ObjectInfo object, std::int64_t sequence) {
    if (!sink) return {};
    model::BlobChange change;
    change.kind = kind;
    change.name = event;
    change.bucket = target.bucket_name;
    change.at = clock.now();
    change.sequencer = sequencer_of(target.bucket, sequence);
    change.object = std::move(object);
    return sink(transaction, change);
}

void Core::collect_after_commit(model::Transaction& transaction, std::vector<Garbage> garbage) {
    if (garbage.empty()) return;
    // The job that runs this holds the core until its completion, which comes later.
    transaction.after_commit(
        [this, garbage = std::move(garbage)]() mutable { collector.collect(std::move(garbage)); });
}

}  // namespace faasd::blob
