#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "aws/s3/receiver.hpp"

namespace faasd::aws::s3 {

void put_object(const ExchangePtr& exchange) {
    auto integrity = std::make_unique<Integrity>(*exchange);
    model::PutOptions options = read_put_options(*exchange);
    options.content_md5 = integrity->md5();
    auto writer = exchange->blobs().put(exchange->address.bucket, exchange->address.key, std::move(options));
    if (!writer) return exchange->refuse(writer.error());
    receive(exchange, std::move(integrity), std::move(*writer),
            [](const ExchangePtr& done, const model::ObjectInfo& object) {
                tell_expiration(*done, object);
                done->respond_nothing(200, write_headers(object));
            });
}

namespace {

void take_part(const ExchangePtr& exchange) {
    const auto number = exchange->query_number("partNumber", 1, 10'000);
    if (!number)
        throw Refused{invalid_argument("This operation does not accept a query-string without partNumber",
                                       "partNumber", "")};
    auto integrity = std::make_unique<Integrity>(*exchange);
    const auto upload = exchange->blobs().upload(exchange->address.bucket, exchange->address.key,
                                                 exchange->query_or("uploadId"));
    if (!upload) return exchange->refuse(upload.error());
    // The parts of an upload have checksums of the one kind that it began with. Where the object's is made of
    // them, the client knows them.
    if (upload->checksum) integrity->require(upload->checksum->kind, upload->checksum->composite);
    auto writer = exchange->blobs().put_part(exchange->address.bucket, exchange->address.key,
                                             exchange->query_or("uploadId"),
                                             static_cast<std::uint32_t>(*number), integrity->md5());
    if (!writer) return exchange->refuse(writer.error());
    receive(exchange, std::move(integrity), std::move(*writer),
            [](const ExchangePtr& done, const model::ObjectInfo& part) {
                Headers headers{{"ETag", '"' + part.etag + '"'}};
                if (part.checksum)
                    headers.emplace_back(checksum_header(part.checksum->kind), part.checksum->value);
                add_encryption(headers, {});
                done->respond_nothing(200, std::move(headers));
            });
}

}  // namespace

void upload_part(const ExchangePtr& exchange) {
    // A part becomes a file however small it is. One that streams is written by the executor anyway.
    if (exchange->visit.stream) return take_part(exchange);
    run_blocking(exchange, take_part);
}

}  // namespace faasd::aws::s3
