#include <mutex>
#include <shared_mutex>
#include <utility>

#include "services/blob/blob_engine.hpp"
#include "services/blob/conditions.hpp"
#include "services/blob/content_writer.hpp"
#include "services/blob/core.hpp"
#include "services/blob/names.hpp"
#include "services/blob/object_reader.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;
using model::ObjectInfo;
using storage::connection_of;

// One put on its way through the writer.
struct Put {
    std::shared_ptr<Core> core;
    std::string bucket;
    model::PutOptions options;
    ObjectRow object;
    WrittenContent content;
    base::Completion<ObjectInfo> done;

    base::Result<> run(model::Transaction& transaction) {
        auto& connection = connection_of(transaction);
        const auto target = Core::open_target(connection, bucket, object.info.key, options);
        if (!target) return target.error();
        if (content.file) {
            const Segment segment{content.file->id(), content.size};
            object.content = add_file_content(connection, std::span(&segment, 1));
        } else {
            object.content = add_inline_content(connection, content.bytes);
        }
        object.info.modified_at = core->clock.now();
        return core->show(transaction, *target, object,
                          options.by_form ? "ObjectCreated:Post" : "ObjectCreated:Put");
    }

    // Lets go of the completion, which may hold the writer, which holds this.
    void complete(const base::Result<>& result) {
        auto answer = std::move(done);
        if (!result) {
            if (content.file) core->collector.discard(std::move(*content.file));
            return answer(result.error());
        }
        if (content.file) content.file->keep();
        answer(std::move(object.info));
    }
};

class PutWriter final : public model::ObjectWriter {
  public:
    PutWriter(std::shared_ptr<Core> core, std::string bucket, std::string key, model::PutOptions options)
        : content_(core->files, {core->options.inline_bytes, core->options.max_put_bytes, false}),
          put_(std::make_shared<Put>()) {
        put_->object.info.key = std::move(key);
        put_->object.info.content_type = options.content_type;
        put_->object.info.metadata = std::move(options.metadata);
        put_->object.info.headers = std::move(options.headers);
        put_->object.info.trace = options.trace;
        put_->object.info.tags = std::move(options.tags);
        put_->object.info.properties = std::move(options.properties);
        put_->object.info.retention = options.retention;
        put_->object.info.legal_hold = options.legal_hold;
        put_->core = std::move(core);
        put_->bucket = std::move(bucket);
        put_->options = std::move(options);
    }

    [[nodiscard]] base::Result<> write(std::string_view bytes) override { return content_.write(bytes); }
    void set_checksum(model::Checksum checksum) override { put_->object.info.checksum = std::move(checksum); }

    void commit(base::Completion<ObjectInfo> done) override {
        auto written = content_.finish(put_->options.content_md5);
        if (!written) return done(written.error());
        put_->object.info.size = written->size;
        put_->object.info.etag = written->md5;
        if (!put_->object.info.checksum)
            put_->object.info.checksum = model::Checksum{base::ChecksumKind::crc64nvme, written->crc64nvme};
        put_->content = std::move(*written);
        put_->done = std::move(done);
        auto& store = put_->core->store;
        store.write([put = put_](model::Transaction& transaction) { return put->run(transaction); },
                    [put = put_](const base::Result<>& result) { put->complete(result); });
    }

  private:
    ContentWriter content_;
    const std::shared_ptr<Put> put_;
};

// The bytes of one part among those of the object. invalid_range: it has no such part.
base::Result<Slice> slice_of_part(const std::vector<Segment>& segments, const ObjectInfo& object,
                                  std::uint32_t part) {
    if (part == 1 && object.parts == 0) return Slice{0, object.size};
    Slice slice;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (i + 1 == part) return Slice{slice.offset, segments[i].size};
        slice.offset += segments[i].size;
    }
    return base::Error{BlobErrc::invalid_range, "'" + object.key + "' has no part " + std::to_string(part)};
}

// Of a part of an object with a composite checksum; else parts have none to show.
std::optional<model::Checksum> checksum_of_part(const std::vector<Segment>& segments, const ObjectInfo& object,
                                                std::uint32_t part) {
    if (object.parts == 0) return object.checksum;
    if (!object.checksum || !object.checksum->composite || segments[part - 1].checksum.empty())
        return std::nullopt;
    return model::Checksum{object.checksum->kind, segments[part - 1].checksum, true};
}

}  // namespace

base::Result<std::unique_ptr<model::ObjectWriter>> BlobEngine::put(std::string bucket, std::string key,
                                                                   model::PutOptions options) {
    if (auto valid = check_key(key); !valid) return valid.error();
    if (auto valid = check_and_normalize(options); !valid) return valid.error();
    return guarded([&]() -> base::Result<std::unique_ptr<model::ObjectWriter>> {
        auto reader = core_->store.read();
        if (auto known = require_bucket(reader.connection(), bucket); !known) return known.error();
        return std::make_unique<PutWriter>(core_, std::move(bucket), std::move(key), std::move(options));
    });
}

base::Result<std::unique_ptr<model::ObjectReader>> BlobEngine::get(std::string_view bucket,
                                                                   std::string_view key,
                                                                   const model::ReadConditions& conditions,
                                                                   std::optional<model::ByteRange> range,
                                                                   const model::Selection& which) {
    using Opened = base::Result<std::unique_ptr<model::ObjectReader>>;
    if (auto valid = check_key(key); !valid) return valid.error();
    // What the request selects of an object that was found.
    const auto select = [&](const ObjectInfo& object,
                            const std::vector<Segment>& segments) -> base::Result<Slice> {
        if (auto holds = check_read_conditions(conditions, object); !holds)
            return with_object(holds.error(), object);
        auto slice =
            which.part != 0 ? slice_of_part(segments, object, which.part) : resolve_range(range, object.size);
        if (!slice) return with_object(slice.error(), object);
        return slice;
    };
    return guarded([&]() -> Opened {
        auto reader = core_->store.read();
        auto found = require_object_with_bytes(reader.connection(), bucket, key, which);
        if (!found) return found.error();
        if (!found->bytes) {
            // In files: once more, in a way that keeps them from going meanwhile.
            const std::shared_lock lookup(core_->pins->lookups());
            reader->prepare("BEGIN").run();
            found = require_object_with_bytes(reader.connection(), bucket, key, which);
            if (!found) return found.error();
            if (!found->bytes) {
                auto segments = segments_of(reader.connection(), found->row.content);
                const auto slice = select(found->row.info, segments);
                if (!slice) return slice.error();
                if (which.part != 0) found->row.info.checksum = checksum_of_part(segments, found->row.info, which.part);
                reader->prepare("COMMIT").run();
                return read_files(std::move(found->row.info), core_->files, std::move(segments), *slice,
                                  core_->pins->pin(found->row.content));
            }
        }
        const auto slice = select(found->row.info, {});
        if (!slice) return slice.error();
        return read_bytes(std::move(found->row.info), std::move(*found->bytes), *slice);
    });
}

base::Result<ObjectInfo> BlobEngine::head(std::string_view bucket, std::string_view key,
                                          const model::ReadConditions& conditions,
                                          const model::Selection& which) {
    if (auto valid = check_key(key); !valid) return valid.error();
    return guarded([&]() -> base::Result<ObjectInfo> {
        auto reader = core_->store.read();
        auto found = require_object(reader.connection(), bucket, key, which);
        if (!found) return found.error();
        if (auto holds = check_read_conditions(conditions, found->info); !holds) {
            return with_object(holds.error(), std::move(found->info));
        }
        return std::move(found->info);
    });
}

base::Result<std::vector<model::PartInfo>> BlobEngine::object_parts(std::string_view bucket,
                                                                    std::string_view key,
                                                                    const model::Selection& which) {
    if (auto valid = check_key(key); !valid) return valid.error();
    return guarded([&]() -> base::Result<std::vector<model::PartInfo>> {
        auto reader = core_->store.read();
        const auto found = require_object(reader.connection(), bucket, key, which);
        if (!found) return found.error();
        std::vector<model::PartInfo> parts;
        if (found->info.parts == 0) {
            parts.push_back(
                {1, found->info.etag, found->info.size, found->info.modified_at, found->info.checksum});
            return parts;
        }
        for (const Segment& segment : segments_of(reader.connection(), found->content)) {
            model::PartInfo part;
            part.number = static_cast<std::uint32_t>(parts.size() + 1);
            part.size = segment.size;
            part.modified_at = found->info.modified_at;
            if (!segment.checksum.empty() && found->info.checksum)
                part.checksum = model::Checksum{found->info.checksum->kind, segment.checksum};
            parts.push_back(std::move(part));
        }
        return parts;
    });
}

base::Result<model::ListPage> BlobEngine::list(std::string_view bucket, const model::ListRequest& request) {
    return guarded([&]() -> base::Result<model::ListPage> {
        auto reader = core_->store.read();
        const auto id = require_bucket(reader.connection(), bucket);
        if (!id) return id.error();
        return list_objects(reader.connection(), *id, request);
    });
}

}  // namespace faasd::blob
