#include "aws/s3/exchange.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "aws/protocol/query_string.hpp"
#include "aws/protocol/xml.hpp"

namespace faasd::aws::s3 {
namespace {

// An id as S3 makes them. One that is merely unknown is refused otherwise than one that never was an id.
bool looks_like_a_version(std::string_view id) {
    return id.size() == 32 &&
           std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_'; });
}

}  // namespace

Exchange::Exchange(const Parts& parts, Visit a_visit, Address an_address)
    : with(parts),
      visit(std::move(a_visit)),
      address(std::move(an_address)),
      upload_(query_or("uploadId")),
      version_(query_or("versionId")),
      range_(header_or("range")) {}

std::optional<std::string> Exchange::query(std::string_view name) const {
    const auto raw = raw_parameter(visit.request.raw_query, name);
    if (!raw) return std::nullopt;
    auto decoded = parameter(visit.request.raw_query, name);
    return decoded ? decoded : std::string(*raw);
}

std::string Exchange::query_or(std::string_view name, std::string_view otherwise) const {
    auto value = query(name);
    return value ? std::move(*value) : std::string(otherwise);
}

std::optional<std::uint64_t> Exchange::query_number(const char* name, std::uint64_t least,
                                                    std::uint64_t most) const {
    const auto text = query(name);
    if (!text || text->empty()) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (failure != std::errc{} || end != text->data() + text->size())
        throw Refused{invalid_argument(
            "Provided " + std::string(name) + " not an integer or within integer range", name, *text)};
    if (value < static_cast<std::int64_t>(least) || static_cast<std::uint64_t>(value) > most)
        throw Refused{invalid_argument("Argument " + std::string(name) + " must be an integer between " +
                                           std::to_string(least) + " and " + std::to_string(most),
                                       name, *text)};
    return static_cast<std::uint64_t>(value);
}

std::optional<std::string> Exchange::version() const {
    if (!raw_parameter(visit.request.raw_query, "versionId")) return std::nullopt;
    if (version_.empty())
        throw Refused{invalid_argument("Version id cannot be the empty string", "versionId", "")};
    if (version_ != "null" && !looks_like_a_version(version_))
        throw Refused{invalid_argument("Invalid version id specified", "versionId", version_)};
    return version_;
}

Subject Exchange::subject() const {
    Subject subject{address.bucket,     address.key,         version_, upload_,
                    visit.scope.region, visit.scope.account, range_};
    const std::string part = query_or("partNumber");
    std::from_chars(part.data(), part.data() + part.size(), subject.part);
    return subject;
}

void Exchange::check_owner() const {
    const auto expected = header("x-amz-expected-bucket-owner");
    if (!expected || address.bucket.empty()) return;
    const auto bucket = blobs().bucket(address.bucket);
    if (!bucket) return;
    const std::string owner = bucket->account.empty() ? Scope{}.account : bucket->account;
    if (*expected != owner) throw Refused{access_denied()};
}

void Exchange::respond(model::HttpResponse response) {
    response.headers.emplace_back("x-amz-request-id", visit.request_id);
    response.headers.emplace_back("x-amz-id-2", visit.request_id);
    for (auto& header : extra_)
        response.headers.push_back(std::move(header));
    if (visit.responder) std::exchange(visit.responder, nullptr)->respond(std::move(response));
}

void Exchange::respond_xml(const pugi::xml_document& document, unsigned status,
                           std::vector<std::pair<std::string, std::string>> headers) {
    model::HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    response.headers.emplace_back("Content-Type", "application/xml");
    response.body = to_text(document);
    respond(std::move(response));
}

void Exchange::respond_nothing(unsigned status, std::vector<std::pair<std::string, std::string>> headers) {
    model::HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    respond(std::move(response));
}

void Exchange::refuse(const Error& error) {
    Dialect dialect;
    dialect.protocol = Protocol::rest_xml;
    model::HttpResponse response = render(error, dialect, visit.request_id);
    std::erase_if(response.headers, [](const auto& header) { return header.first.starts_with("x-amz"); });
    if (error.status == 304 || is_head()) {
        response.body = std::string{};
        if (error.status == 304) response.headers.clear();
    }
    respond(std::move(response));
}

void Exchange::refuse(const base::Error& error) {
    refuse(to_error(error, subject()));
}

XmlAnswer::XmlAnswer(const char* root_name) : root(document.append_child(root_name)) {
    root.append_attribute("xmlns") = kXmlNamespace;
}

void run_blocking(ExchangePtr exchange, base::UniqueFunction<void(const ExchangePtr&)> job) {
    auto& executor = *exchange->with.executor;
    executor.post([exchange = std::move(exchange), job = std::move(job)]() mutable {
        run_guarded(exchange, [&] { job(exchange); });
    });
}

base::Completion<> answer_nothing(ExchangePtr exchange, unsigned status) {
    return [exchange = std::move(exchange), status](const base::Result<>& done) {
        if (!done) return exchange->refuse(done.error());
        exchange->respond_nothing(status);
    };
}

}  // namespace faasd::aws::s3
