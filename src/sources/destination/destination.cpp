#include "sources/destination/destination.hpp"

#include <utility>

#include "sources/async/async_message.hpp"

namespace faasd::sources {

base::Result<> send_in(model::Transaction& transaction, const Dependencies& dependencies,
                       const model::Destination& destination, const DestinationMessage& message) {
    model::SendRequest request;
    std::string queue = destination.name;
    if (destination.kind == model::ResourceKind::function) {
        AsyncMessage call;
        call.request_id = message.id;
        call.cause = message.cause;
        call.progress.submitted_at = dependencies.clock.now();
        call.payload = message.record;
        request = call.to_request();
        queue = async_queue_name(destination.name);
    } else {
        request.body = message.record;
        request.trace = message.cause.trace;
        if (queue.ends_with(".fifo")) {
            request.group_id = "destination";
            request.deduplication_id = message.id;
        }
    }
    const auto sent = dependencies.queues.send_in(transaction, queue, std::move(request));
    if (!sent) return sent.error();
    return {};
}

void store_object(const Dependencies& dependencies, const std::string& bucket, DestinationMessage message,
                  base::Completion<> done) {
    dependencies.blocking.post([&blobs = dependencies.blobs, bucket, message = std::move(message),
                                done = std::move(done)]() mutable {
        model::PutOptions options;
        options.content_type = "application/json";
        options.trace = message.cause.trace;
        auto writer = blobs.put(bucket, message.key, std::move(options));
        if (!writer) return done(writer.error());
        if (auto written = (*writer)->write(message.record); !written) return done(written.error());
        (*writer)->commit([done = std::move(done)](base::Result<model::ObjectInfo> result) mutable {
            done(result ? base::Result<>() : base::Result<>(result.error()));
        });
    });
}

bool refused_for_good(const base::Error& error) {
    return error.code == make_error_code(model::QueueErrc::message_too_long) ||
           error.code == make_error_code(model::QueueErrc::invalid_message_contents);
}

std::string describe(const model::Destination& destination) {
    return std::string(to_string(destination.kind)) + ' ' + destination.name;
}

}  // namespace faasd::sources
