// What the parts of the engine share, and the two changes that every write comes down to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/blob/blob_engine.hpp"
#include "services/blob/collector.hpp"
#include "services/blob/expirations.hpp"
#include "services/blob/lifecycle.hpp"
#include "services/blob/version_rows.hpp"

namespace faasd::blob {

// Jobs of the writer hold it, so that it lives until the last of them has run.
struct Core : std::enable_shared_from_this<Core> {
    Core(storage::Store& a_store, const base::Clock& a_clock, base::Timers& timers, BlobOptions an_options);

    // Where an object is about to be written, and what is there now. Within a transaction.
    struct Target {
        BucketRow bucket;
        std::string bucket_name;
        std::string key;
        std::optional<ObjectRow> existing;
        std::optional<VersionRow> noncurrent{};  // the version asked for, where it is another
    };
    // no_such_bucket, or what the conditions of `options` say.
    [[nodiscard]] static base::Result<Target> open_target(storage::Connection& connection,
                                                          const std::string& bucket, const std::string& key,
                                                          const model::PutOptions& options);
    // The same for a version as people name it: existing or noncurrent is that version, or neither.
    [[nodiscard]] static base::Result<Target> open_version(storage::Connection& connection,
                                                           const std::string& bucket, const std::string& key,
                                                           const std::string& version);
    // Shows `object` there, whose content counts this reference already, and tells the sink. Its version, and
    // what becomes of the one before, follow from the bucket's versioning; what is replaced is released.
    // `garbage` is collected after the commit together with that. Sets the object's version id (as people see
    // it) and its default retention.
    [[nodiscard]] base::Result<> show(model::Transaction& transaction, const Target& target,
                                      ObjectRow& object, std::string_view event,
                                      std::vector<Garbage> garbage = {});
    // The newest version goes, or a delete marker hides it.
    [[nodiscard]] base::Result<model::Removed> take_away(model::Transaction& transaction,
                                                         const Target& target, std::string trace,
                                                         std::string_view cause = "ObjectRemoved");
    // The version that open_version() found goes for good; what was before it shows again.
    [[nodiscard]] base::Result<model::Removed> remove_version(
        model::Transaction& transaction, const Target& target, const model::RemoveRequest& request,
        std::string_view event = "ObjectRemoved:Delete");
    [[nodiscard]] base::Result<> tell(model::Transaction& transaction, const Target& target,
                                      model::BlobEventKind kind, std::string_view event,
                                      model::ObjectInfo object, std::int64_t sequence);

    void collect_after_commit(model::Transaction& transaction, std::vector<Garbage> garbage);

    storage::Store& store;
    const base::Clock& clock;
    const BlobOptions options;
    const std::shared_ptr<FileStore> files;
    const std::shared_ptr<Pins> pins = std::make_shared<Pins>();
    Collector collector;
    base::Timers& timers;
    Sweeps sweeps;
    Expirations expirations;
    model::BlobChangeSink sink;  // of the writer thread once writes began

  private:
    // Keeps the newest version where the bucket's versioning says so, and releases it otherwise: what that
    // makes of the bucket's figures.
    struct Figures {
        std::int64_t objects = 0, bytes = 0;
    };
    Figures supersede(storage::Connection& connection, const Target& target, std::vector<Garbage>& garbage);
};

// A read that reports what the store throws as its error.
template <class Read>
auto guarded(Read&& read) -> decltype(read()) {
    try {
        return read();
    } catch (const storage::StoreError& error) {
        return error.to_error();
    }
}

}  // namespace faasd::blob
