// What the parts of the engine share, and the two changes that every write comes down to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/blob/blob_engine.hpp"
#include "services/blob/collector.hpp"
#include "services/blob/object_rows.hpp"

namespace faasd::blob {

// Jobs of the writer hold it, so that it lives until the last of them has run.
struct Core {
    Core(storage::Store& a_store, const base::Clock& a_clock, base::Timers& timers, BlobOptions an_options);

    // Where an object is about to be written, and what is there now. Within a transaction.
    struct Target {
        BucketId bucket = 0;
        std::string bucket_name;
        std::optional<ObjectRow> existing;
    };
    // no_such_bucket, or what the conditions of `options` say.
    [[nodiscard]] static base::Result<Target> open_target(storage::Connection& connection,
                                                          const std::string& bucket, const std::string& key,
                                                          const model::PutOptions& options);
    // Shows `object` there, whose content counts this reference already, and tells the sink. Whatever it
    // replaces is released; `garbage` is collected after the commit together with that.
    [[nodiscard]] base::Result<> show(model::Transaction& transaction, const Target& target,
                                      const ObjectRow& object, std::string_view event,
                                      std::vector<Garbage> garbage = {});
    // Takes the existing object away.
    [[nodiscard]] base::Result<> take_away(model::Transaction& transaction, const Target& target,
                                           std::string trace);

    void collect_after_commit(model::Transaction& transaction, std::vector<Garbage> garbage);

    storage::Store& store;
    const base::Clock& clock;
    const BlobOptions options;
    const std::shared_ptr<FileStore> files;
    const std::shared_ptr<Pins> pins = std::make_shared<Pins>();
    Collector collector;
    model::BlobChangeSink sink;  // of the writer thread once writes began

  private:
    [[nodiscard]] base::Result<> tell(model::Transaction& transaction, const Target& target,
                                      model::BlobEventKind kind, std::string_view event,
                                      model::ObjectInfo object, std::int64_t sequence);
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
