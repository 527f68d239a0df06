#include "aws/s3/get_object.hpp"

#include <array>

#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "model/object_body.hpp"

namespace faasd::aws::s3 {
namespace {

constexpr std::uint64_t kInOnePiece = 64 * 1024;

struct Override {
    const char* parameter;
    std::string_view header;
};
constexpr std::array kOverrides{
    Override{"response-content-type", "Content-Type"},
    Override{"response-content-language", "Content-Language"},
    Override{"response-expires", "Expires"},
    Override{"response-cache-control", "Cache-Control"},
    Override{"response-content-disposition", "Content-Disposition"},
    Override{"response-content-encoding", "Content-Encoding"},
};

void apply_overrides(const Exchange& exchange, Headers& headers) {
    for (const Override& one : kOverrides) {
        const auto value = exchange.query(one.parameter);
        if (!value) continue;
        if (value->find_first_of("\r\n") != std::string::npos || value->find('\0') != std::string::npos)
            throw Refused{invalid_argument("The header value has control characters", one.parameter, *value)};
        std::erase_if(headers, [&](const auto& header) { return base::iequals(header.first, one.header); });
        headers.emplace_back(one.header, *value);
    }
}

// Whose length alone is told: the answer to HEAD.
class NoBody final : public model::HttpBodySource {
  public:
    explicit NoBody(std::uint64_t length) : length_(length) {}
    [[nodiscard]] std::optional<std::uint64_t> length() const override { return length_; }
    void read(base::Completion<std::string> done) override { done(std::string{}); }

  private:
    std::uint64_t length_;
};

// What a refused read says besides its error.
void refuse_read(Exchange& exchange, const base::Error& error) {
    const auto* const detail = dynamic_cast<const model::ObjectDetail*>(error.detail.get());
    const bool by_version = exchange.query("versionId").has_value();
    if (error.code == make_error_code(model::BlobErrc::delete_marker) && detail) {
        exchange.add_header("x-amz-delete-marker", "true");
        exchange.add_header("x-amz-version-id", detail->object.version_id);
        if (by_version) {
            exchange.add_header("Allow", "DELETE");
            return exchange.refuse(method_not_allowed(exchange.visit.request.method, "DeleteMarker"));
        }
    }
    if (error.code == make_error_code(model::BlobErrc::not_modified) && detail) {
        exchange.add_header("ETag", '"' + detail->object.etag + '"');
        exchange.add_header("Last-Modified", base::format_http_date(detail->object.modified_at));
    }
    if (error.code == make_error_code(model::BlobErrc::invalid_range) && detail)
        exchange.add_header("Content-Range", "bytes */" + std::to_string(detail->object.size));
    exchange.refuse(error);
}

// An object that was stored with a customer's key is given to who has it.
void check_customer_key(const Exchange& exchange, const model::ObjectInfo& object) {
    const auto kept = object.properties.find(kCustomerKey);
    const std::string given = exchange.header_or("x-amz-server-side-encryption-customer-key-md5");
    if (kept == object.properties.end()) {
        if (given.empty()) return;
        throw Refused{invalid_request("The encryption parameters are not applicable to this object.")};
    }
    if (given.empty())
        throw Refused{invalid_request(
            "The object was stored using a form of Server Side Encryption. The correct parameters "
            "must be provided to retrieve the object.")};
    if (given != kept->second) throw Refused{access_denied()};
}

struct Wanted {
    model::Selection which;
    std::optional<model::ByteRange> range;
    bool checksum = false;
};

Wanted read_wanted(const Exchange& exchange) {
    Wanted wanted;
    wanted.which.version = exchange.version();
    wanted.which.part =
        static_cast<std::uint32_t>(exchange.query_number("partNumber", 1, 10'000).value_or(0));
    if (const auto field = exchange.header("range")) wanted.range = model::parse_byte_range(*field);
    if (wanted.range && wanted.which.part != 0)
        throw Refused{invalid_request("Cannot specify both Range header and partNumber query parameter")};
    wanted.checksum = base::iequals(exchange.header_or("x-amz-checksum-mode"), "ENABLED") && !wanted.range;
    return wanted;
}

// Of a range: the status, the header, and no checksum.
void answer_read(const ExchangePtr& exchange, const Wanted& wanted,
                 std::unique_ptr<model::ObjectReader> reader) {
    const model::ObjectInfo& info = reader->info();
    check_customer_key(*exchange, info);
    tell_expiration(*exchange, info);
    const bool partial = wanted.range || wanted.which.part != 0;
    model::HttpResponse response;
    response.status = partial ? 206 : 200;
    response.headers = read_headers(info, wanted.checksum);
    if (partial && reader->length() > 0)
        response.headers.emplace_back("Content-Range",
                                      "bytes " + std::to_string(reader->offset()) + '-' +
                                          std::to_string(reader->offset() + reader->length() - 1) + '/' +
                                          std::to_string(info.size));
    if (wanted.which.part != 0 && info.parts != 0)
        response.headers.emplace_back("x-amz-mp-parts-count", std::to_string(info.parts));
    apply_overrides(*exchange, response.headers);
    send_content(*exchange, std::move(response), std::move(reader));
}

}  // namespace

void send_content(Exchange& exchange, model::HttpResponse response,
                  std::unique_ptr<model::ObjectReader> reader) {
    const std::uint64_t length = reader->length();
    if (exchange.is_head()) {
        response.body = std::make_unique<NoBody>(length);
    } else if (length > kInOnePiece || reader->info().size > kInOnePiece || reader->info().parts != 0) {
        // It is in files.
        response.body = model::object_body(exchange.with.executor, std::move(reader));
    } else {
        std::string body(length, '\0');
        std::size_t filled = 0;
        while (filled < body.size()) {
            const auto got = reader->read(std::span(body).subspan(filled));
            if (!got) return exchange.refuse(got.error());
            if (*got == 0) break;
            filled += *got;
        }
        body.resize(filled);
        response.body = std::move(body);
    }
    exchange.respond(std::move(response));
}

namespace {

void read_object(const ExchangePtr& exchange, const Wanted& wanted) {
    auto reader = exchange->blobs().get(exchange->address.bucket, exchange->address.key,
                                        read_conditions(*exchange), wanted.range, wanted.which);
    if (!reader) return refuse_read(*exchange, reader.error());
    answer_read(exchange, wanted, std::move(*reader));
}

}  // namespace

void get_object(const ExchangePtr& exchange) {
    const Wanted wanted = read_wanted(*exchange);
    // What is asked for in pieces is in files, and those are opened and searched.
    if (!wanted.range && wanted.which.part == 0) return read_object(exchange, wanted);
    run_blocking(exchange, [wanted](const ExchangePtr& again) { read_object(again, wanted); });
}

void head_object(const ExchangePtr& exchange) {
    const Wanted wanted = read_wanted(*exchange);
    if (wanted.range || wanted.which.part != 0) return get_object(exchange);
    const auto info = exchange->blobs().head(exchange->address.bucket, exchange->address.key,
                                             read_conditions(*exchange), wanted.which);
    if (!info) return refuse_read(*exchange, info.error());
    check_customer_key(*exchange, *info);
    tell_expiration(*exchange, *info);
    model::HttpResponse response;
    response.headers = read_headers(*info, wanted.checksum);
    apply_overrides(*exchange, response.headers);
    response.body = std::make_unique<NoBody>(info->size);
    exchange->respond(std::move(response));
}

}  // namespace faasd::aws::s3
