#include <utility>

#include "base/random.hpp"
#include "services/blob/blob_engine.hpp"
#include "services/blob/content_writer.hpp"
#include "services/blob/core.hpp"
#include "services/blob/names.hpp"
#include "services/blob/upload_rows.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;
using model::ObjectInfo;
using storage::connection_of;

constexpr std::size_t kUploadIdDigits = 32;

struct Start {
    std::shared_ptr<Core> core;
    std::string bucket;
    UploadRow upload;
    base::Completion<std::string> done;

    base::Result<> run(model::Transaction& transaction) {
        auto& connection = connection_of(transaction);
        const auto id = require_bucket(connection, bucket);
        if (!id) return id.error();
        upload.bucket = *id;
        upload.started_at = core->clock.now();
        add_upload(connection, upload);
        return {};
    }
};

struct Part {
    std::shared_ptr<Core> core;
    std::string bucket, key, upload_id;
    std::uint32_t number = 0;
    std::optional<std::string> content_md5;
    std::optional<model::Checksum> kept;  // what goes into that of the whole
    WrittenContent content;
    ObjectInfo info;
    base::Completion<ObjectInfo> done;

    base::Result<> run(model::Transaction& transaction) {
        auto& connection = connection_of(transaction);
        if (auto known = require_upload(connection, bucket, key, upload_id); !known) return known.error();
        info.modified_at = core->clock.now();
        std::vector<Garbage> garbage;
        put_part(connection, upload_id,
                 {{number, info.etag, info.size, info.modified_at, kept}, content.file->id()},
                 garbage);
        core->collect_after_commit(transaction, std::move(garbage));
        return {};
    }

    void complete(const base::Result<>& result) {
        auto answer = std::move(done);  // it may hold the writer, which holds this
        if (!result) {
            core->collector.discard(std::move(*content.file));
            return answer(result.error());
        }
        content.file->keep();
        answer(std::move(info));
    }
};

class PartWriter final : public model::ObjectWriter {
  public:
    PartWriter(std::shared_ptr<Part> part, bool by_default)
        : content_(part->core->files, {0, part->core->options.max_put_bytes, true}),
          part_(std::move(part)),
          by_default_(by_default) {}

    [[nodiscard]] base::Result<> write(std::string_view bytes) override { return content_.write(bytes); }
    void set_checksum(model::Checksum checksum) override { part_->info.checksum = std::move(checksum); }

    void commit(base::Completion<ObjectInfo> done) override {
        auto written = content_.finish(part_->content_md5);
        if (!written) return done(written.error());
        part_->info.key = part_->key;
        part_->info.size = written->size;
        part_->info.etag = written->md5;
        model::Checksum default_checksum{base::ChecksumKind::crc64nvme, written->crc64nvme};
        part_->kept = by_default_ ? default_checksum : part_->info.checksum;
        if (by_default_ && !part_->info.checksum) part_->info.checksum = std::move(default_checksum);
        part_->content = std::move(*written);
        part_->done = std::move(done);
        auto& store = part_->core->store;
        store.write([part = part_](model::Transaction& transaction) { return part->run(transaction); },
                    [part = part_](const base::Result<>& result) { part->complete(result); });
    }

  private:
    ContentWriter content_;
    const std::shared_ptr<Part> part_;
    const bool by_default_;  // the upload began without a kind of checksum
};

struct Completing {
    std::shared_ptr<Core> core;
    std::string bucket, key, upload_id;
    std::vector<model::PartInfo> parts;
    model::CompleteOptions options;
    ObjectInfo info;
    base::Completion<ObjectInfo> done;

    base::Result<> run(model::Transaction& transaction) {
        auto& connection = connection_of(transaction);
        auto upload = require_upload(connection, bucket, key, upload_id);
        if (!upload) return upload.error();
        const auto assembled = assemble(parts, parts_of(connection, upload_id), core->options.min_part_bytes,
                                        upload->object.checksum, options);
        if (!assembled) return assembled.error();
        model::PutOptions conditions;
        conditions.if_match = options.if_match;
        conditions.if_none_match = options.if_none_match;
        const auto target = Core::open_target(connection, bucket, key, conditions);
        if (!target) return target.error();

        ObjectRow object{std::move(upload->object), add_file_content(connection, assembled->segments)};
        object.info.size = assembled->size;
        object.info.etag = assembled->etag;
        object.info.checksum = assembled->checksum;
        object.info.parts = static_cast<std::uint32_t>(assembled->segments.size());
        object.info.modified_at = core->clock.now();
        std::vector<Garbage> garbage;
        delete_upload(connection, upload_id, assembled->segments, garbage);
        auto shown = core->show(transaction, *target, object, "ObjectCreated:CompleteMultipartUpload",
                                std::move(garbage));
        info = std::move(object.info);
        return shown;
    }
};

}  // namespace

void BlobEngine::start_upload(std::string bucket, std::string key, model::PutOptions options,
                              base::Completion<std::string> upload_id) {
    if (auto valid = check_key(key); !valid) return upload_id(valid.error());
    if (auto valid = check_and_normalize(options); !valid) return upload_id(valid.error());
    auto start = std::make_shared<Start>();
    start->core = core_;
    start->bucket = std::move(bucket);
    start->upload.id = base::random_hex(kUploadIdDigits);
    start->upload.object.key = std::move(key);
    start->upload.object.content_type = std::move(options.content_type);
    start->upload.object.metadata = std::move(options.metadata);
    start->upload.object.headers = std::move(options.headers);
    start->upload.object.trace = std::move(options.trace);
    start->upload.object.tags = std::move(options.tags);
    start->upload.object.properties = std::move(options.properties);
    start->upload.object.retention = options.retention;
    start->upload.object.legal_hold = options.legal_hold;
    start->upload.object.checksum = std::move(options.checksum);
    start->done = std::move(upload_id);
    core_->store.write([start](model::Transaction& transaction) { return start->run(transaction); },
                       [start](const base::Result<>& result) {
                           if (!result) return start->done(result.error());
                           start->done(std::move(start->upload.id));
                       });
}

base::Result<std::unique_ptr<model::ObjectWriter>> BlobEngine::put_part(
    std::string bucket, std::string key, std::string upload_id, std::uint32_t number,
    std::optional<std::string> content_md5) {
    if (number < 1 || number > kMaxPartNumber) {
        return base::Error{BlobErrc::invalid_argument, "a part has a number from 1 to " +
                                                           std::to_string(kMaxPartNumber) + ", not " +
                                                           std::to_string(number)};
    }
    if (content_md5 && content_md5->size() != 16) {
        return base::Error{BlobErrc::invalid_argument,
                           "an MD5 has 16 bytes, not " + std::to_string(content_md5->size())};
    }
    return guarded([&]() -> base::Result<std::unique_ptr<model::ObjectWriter>> {
        auto reader = core_->store.read();
        const auto upload = require_upload(reader.connection(), bucket, key, upload_id);
        if (!upload) return upload.error();
        auto part = std::make_shared<Part>();
        part->core = core_;
        part->bucket = std::move(bucket);
        part->key = std::move(key);
        part->upload_id = std::move(upload_id);
        part->number = number;
        part->content_md5 = std::move(content_md5);
        return std::make_unique<PartWriter>(std::move(part), !upload->object.checksum);
    });
}

void BlobEngine::complete_upload(std::string bucket, std::string key, std::string upload_id,
                                 std::vector<model::PartInfo> parts, base::Completion<ObjectInfo> done) {
    complete_upload(std::move(bucket), std::move(key), std::move(upload_id), std::move(parts), {},
                    std::move(done));
}

void BlobEngine::complete_upload(std::string bucket, std::string key, std::string upload_id,
                                 std::vector<model::PartInfo> parts, model::CompleteOptions options,
                                 base::Completion<ObjectInfo> done) {
    auto completing = std::make_shared<Completing>(Completing{core_,
                                                              std::move(bucket),
                                                              std::move(key),
                                                              std::move(upload_id),
                                                              std::move(parts),
                                                              std::move(options),
                                                              {},
                                                              std::move(done)});
    core_->store.write([completing](model::Transaction& transaction) { return completing->run(transaction); },
                       [completing](const base::Result<>& result) {
                           if (!result) return completing->done(result.error());
                           completing->done(std::move(completing->info));
                       });
}

void BlobEngine::abort_upload(std::string bucket, std::string key, std::string upload_id,
                              base::Completion<> done) {
    core_->store.write(
        [core = core_, bucket = std::move(bucket), key = std::move(key),
         id = std::move(upload_id)](model::Transaction& transaction) -> base::Result<> {
            auto& connection = connection_of(transaction);
            if (auto known = require_upload(connection, bucket, key, id); !known) return known.error();
            std::vector<Garbage> garbage;
            delete_upload(connection, id, {}, garbage);
            core->collect_after_commit(transaction, std::move(garbage));
            return {};
        },
        std::move(done));
}

base::Result<std::vector<model::PartInfo>> BlobEngine::parts(std::string_view bucket, std::string_view key,
                                                             std::string_view upload_id) {
    return guarded([&]() -> base::Result<std::vector<model::PartInfo>> {
        auto reader = core_->store.read();
        if (auto known = require_upload(reader.connection(), bucket, key, upload_id); !known)
            return known.error();
        std::vector<model::PartInfo> parts;
        for (StoredPart& part : parts_of(reader.connection(), upload_id))
            parts.push_back(std::move(part.info));
        return parts;
    });
}

base::Result<model::UploadInfo> BlobEngine::upload(std::string_view bucket, std::string_view key,
                                                   std::string_view upload_id) {
    return guarded([&]() -> base::Result<model::UploadInfo> {
        auto reader = core_->store.read();
        auto found = require_upload(reader.connection(), bucket, key, upload_id);
        if (!found) return found.error();
        return model::UploadInfo{std::move(found->id), std::move(found->object.key), found->started_at,
                                 std::move(found->object.checksum), std::move(found->object.properties)};
    });
}

base::Result<std::vector<model::UploadInfo>> BlobEngine::uploads(std::string_view bucket) {
    return guarded([&]() -> base::Result<std::vector<model::UploadInfo>> {
        auto reader = core_->store.read();
        const auto id = require_bucket(reader.connection(), bucket);
        if (!id) return id.error();
        return uploads_of(reader.connection(), *id);
    });
}

}  // namespace faasd::blob
