#include <memory>
#include <utility>

#include "services/blob/blob_engine.hpp"
#include "services/blob/conditions.hpp"
#include "services/blob/core.hpp"
#include "services/blob/names.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;
using model::ObjectInfo;

base::Error of_source(base::Error error) {
    auto detail = std::make_shared<model::CopySourceDetail>();
    if (const auto* const known = dynamic_cast<const model::ObjectDetail*>(error.detail.get()))
        static_cast<model::ObjectDetail&>(*detail) = *known;
    error.detail = std::move(detail);
    return error;
}

struct Copy {
    std::shared_ptr<Core> core;
    model::Blobs::CopyRequest request;
    ObjectInfo copied;
    base::Completion<ObjectInfo> done;

    base::Result<> run(model::Transaction& transaction) {
        auto& connection = storage::connection_of(transaction);
        auto source = require_object(connection, request.from_bucket, request.from_key,
                                     model::Selection{request.from_version});
        if (!source) return of_source(source.error());
        if (auto holds = check_copy_conditions(request.conditions, source->info); !holds)
            return of_source(holds.error());
        if (source->info.size > kMaxPutBytes) {
            return of_source({BlobErrc::entity_too_large, "the copy source is larger than the maximum of " +
                                                              std::to_string(kMaxPutBytes) +
                                                              " bytes: copy it in parts"});
        }
        model::PutOptions written = request.replace.value_or(model::PutOptions{});
        if (request.if_match) written.if_match = request.if_match;
        if (request.if_none_match) written.if_none_match = request.if_none_match;
        const auto target = Core::open_target(connection, request.to_bucket, request.to_key, written);
        if (!target) return target.error();

        ObjectRow object = std::move(*source);
        object.info.key = request.to_key;
        object.info.modified_at = core->clock.now();
        object.info.trace = request.trace;
        if (request.replace) {
            object.info.content_type = written.content_type;
            object.info.metadata = written.metadata;
            object.info.headers = written.headers;
        }
        if (request.tags) object.info.tags = *request.tags;
        object.info.properties = request.properties;
        object.info.retention = request.retention;
        object.info.legal_hold = request.legal_hold;
        object.info.latest = true;
        if (request.checksum) object.info.checksum = request.checksum;
        // Before the object that is replaced releases its own, which may be the same one.
        retain_content(connection, object.content);
        auto shown = core->show(transaction, *target, object, "ObjectCreated:Copy");
        copied = std::move(object.info);
        return shown;
    }
};

}  // namespace

void BlobEngine::copy(CopyRequest request, base::Completion<ObjectInfo> done) {
    for (const std::string* key : {&request.from_key, &request.to_key}) {
        if (auto valid = check_key(*key); !valid) return done(valid.error());
    }
    if (request.replace) {
        if (auto valid = check_and_normalize(*request.replace); !valid) return done(valid.error());
    } else if (!request.from_version && request.from_bucket == request.to_bucket &&
               request.from_key == request.to_key) {
        return done(
            base::Error{BlobErrc::invalid_argument,
                        "an object is copied to itself without changing its metadata: say what to replace"});
    }
    auto copy = std::make_shared<Copy>(Copy{core_, std::move(request), {}, std::move(done)});
    core_->store.write([copy](model::Transaction& transaction) { return copy->run(transaction); },
                       [copy](const base::Result<>& result) {
                           if (!result) return copy->done(result.error());
                           copy->done(std::move(copy->copied));
                       });
}

}  // namespace faasd::blob
