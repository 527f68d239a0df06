#include "control/object_transfer.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/units.hpp"
#include "control/bucket_json.hpp"
#include "control/control_response.hpp"
#include "model/body_intake.hpp"
#include "model/object_body.hpp"

namespace faasd::control {
namespace {

class Upload : public std::enable_shared_from_this<Upload> {
  public:
    Upload(std::unique_ptr<model::ObjectWriter> writer, std::unique_ptr<model::HttpBodyStream> stream,
           std::unique_ptr<model::HttpResponder> responder)
        : writer_(std::move(writer)), stream_(std::move(stream)), responder_(std::move(responder)) {}

    void start(std::shared_ptr<model::BlockingExecutor> executor) {
        model::take_in(*stream_, std::move(executor),
                       {[self = shared_from_this()](std::string_view bytes) { return self->write(bytes); },
                        [self = shared_from_this()](const base::Result<std::string>& trailers) {
                            if (!trailers) return self->fail(trailers.error());
                            self->commit();
                        }});
    }

  private:
    bool write(std::string_view bytes) {
        const auto written = writer_->write(bytes);
        if (!written) fail(written.error());
        return written.has_value();
    }
    void commit() {
        writer_->commit([self = shared_from_this()](base::Result<model::ObjectInfo> stored) {
            if (stored.has_error()) return self->fail(stored.error());
            self->responder_->respond(model::HttpResponse::json(200, base::to_text(describe(*stored))));
        });
    }
    void fail(const base::Error& error) {
        responder_->respond(error_response(error));
        writer_.reset();
    }

    std::unique_ptr<model::ObjectWriter> writer_;
    std::unique_ptr<model::HttpBodyStream> stream_;
    std::unique_ptr<model::HttpResponder> responder_;
};

}  // namespace

std::optional<std::string> entity_tag(const model::HttpRequest& request, std::string_view name) {
    const auto value = request.header(name);
    if (!value) return std::nullopt;
    std::string tag(*value);
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
    return tag;
}

model::HttpResponse error_response(const base::Error& error) {
    // What a client breaks off has no engine's code; it will hardly read the answer.
    return error_response(to_operation_error(error));
}

void receive_object(model::Blobs& blobs, std::shared_ptr<model::BlockingExecutor> executor, std::string bucket,
                    std::string key, model::PutOptions options, std::unique_ptr<model::HttpBodyStream> stream,
                    std::unique_ptr<model::HttpResponder> responder) {
    auto writer = blobs.put(std::move(bucket), std::move(key), std::move(options));
    if (writer.has_error()) return responder->respond(error_response(writer.error()));
    std::make_shared<Upload>(std::move(*writer), std::move(stream), std::move(responder))->start(std::move(executor));
}

void send_object(model::Blobs& blobs, std::shared_ptr<model::BlockingExecutor> executor, std::string bucket,
                 std::string key, const model::HttpRequest& request, std::unique_ptr<model::HttpResponder> responder) {
    model::ReadConditions conditions;
    conditions.if_match = entity_tag(request, "if-match");
    conditions.if_none_match = entity_tag(request, "if-none-match");
    std::optional<model::ByteRange> range;
    if (const auto field = request.header("range")) range = model::parse_byte_range(*field);

    auto reader = blobs.get(bucket, key, conditions, range);
    if (reader.has_error()) return responder->respond(error_response(reader.error()));
    const model::ObjectInfo& info = (*reader)->info();
    model::HttpResponse response;
    response.status = range ? 206 : 200;
    response.headers = {{"Content-Type", info.content_type},
                        {"ETag", '"' + info.etag + '"'},
                        {"Last-Modified", base::format_http_date(info.modified_at)},
                        {"Accept-Ranges", "bytes"}};
    if (range)
        response.headers.emplace_back("Content-Range",
                                      "bytes " + std::to_string((*reader)->offset()) + '-' +
                                          std::to_string((*reader)->offset() + (*reader)->length() - 1) + '/' +
                                          std::to_string(info.size));
    for (const auto& [name, value] : info.headers)
        response.headers.emplace_back(name, value);
    for (const auto& [name, value] : info.metadata)
        response.headers.emplace_back("x-amz-meta-" + name, value);
    response.body = model::object_body(std::move(executor), std::move(*reader));
    responder->respond(std::move(response));
}

}  // namespace faasd::control
