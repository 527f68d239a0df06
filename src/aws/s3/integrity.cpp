#include "aws/s3/integrity.hpp"

#include <charconv>

#include "aws/protocol/signature.hpp"
#include "base/text.hpp"

namespace faasd::aws::s3 {
namespace {

bool is_hash(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// The value of a field among "Name: value\r\n" lines.
std::optional<std::string> field_of(std::string_view fields, std::string_view name) {
    while (!fields.empty()) {
        const std::string_view line = fields.substr(0, fields.find("\r\n"));
        fields.remove_prefix(std::min(line.size() + 2, fields.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !base::iequals(line.substr(0, colon), name)) continue;
        std::string_view value = line.substr(colon + 1);
        while (value.starts_with(' '))
            value.remove_prefix(1);
        return std::string(value);
    }
    return std::nullopt;
}

Error incomplete() {
    return {"IncompleteBody", 400,
            "You did not provide the number of bytes specified by the Content-Length HTTP header"};
}

Error invalid_checksum(std::string_view header) {
    return invalid_request("Value for " + std::string(header) + " header is invalid.");
}

bool is_valid(base::ChecksumKind kind, std::string_view value) {
    const auto raw = base::base64_decode(value);
    return raw && raw->size() == base::size_of(kind);
}

}  // namespace

std::string checksum_header(base::ChecksumKind kind) {
    return "x-amz-checksum-" + base::to_lower(base::to_string(kind));
}
std::string checksum_element(base::ChecksumKind kind) {
    return "Checksum" + std::string(base::to_string(kind));
}

std::optional<model::Checksum> given_checksum(const FieldLookup& value_of) {
    std::optional<model::Checksum> given;
    for (const base::ChecksumKind kind : base::kChecksumKinds) {
        const auto value = value_of(checksum_header(kind));
        if (!value) continue;
        if (given)
            throw Refused{invalid_request(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")};
        given = model::Checksum{kind, std::string(*value)};
    }
    return given;
}

std::optional<model::Checksum> given_checksum(const Exchange& exchange) {
    return given_checksum([&](std::string_view name) { return exchange.header(name); });
}

std::optional<model::Checksum> body_checksum(const FieldLookup& value_of) {
    auto given = given_checksum(value_of);
    if (given && !is_valid(given->kind, given->value))
        throw Refused{invalid_checksum(checksum_header(given->kind))};
    return given;
}

Error wrong_checksum(base::ChecksumKind kind) {
    return {"BadDigest", 400,
            "The " + std::string(base::to_string(kind)) +
                " you specified did not match the calculated checksum."};
}

Integrity::Integrity(const Exchange& exchange) {
    if (const auto text = exchange.header("content-md5")) {
        md5_ = base::base64_decode(*text);
        if (!md5_ || md5_->size() != 16)
            throw Refused{make_error("InvalidDigest", 400, "The Content-MD5 you specified was invalid.",
                                     {{"Content-MD5", *text}})};
    }
    const std::string hash = exchange.header_or("x-amz-content-sha256");
    const bool streaming = hash.starts_with("STREAMING-");
    chunked_ = streaming || exchange.header_or("content-encoding").find("aws-chunked") != std::string::npos;
    if (is_hash(hash)) {
        // A client that signs what it has coded already signs the coded form; it is the chunks that are
        // signed then.
        if (!chunked_) {
            expected_sha256_ = base::to_lower(hash);
            sha256_.emplace(base::DigestKind::sha256);
        }
    } else if (!hash.empty() && hash != "UNSIGNED-PAYLOAD" && !streaming) {
        throw Refused{invalid_argument(
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a "
            "valid sha256 value.",
            "x-amz-content-sha256", hash)};
    }
    if (const auto text = exchange.header(chunked_ ? "x-amz-decoded-content-length" : "content-length")) {
        std::uint64_t size = 0;
        const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), size);
        if (failure != std::errc{} || end != text->data() + text->size())
            throw Refused{invalid_argument("The decoded content length is not a number",
                                           "x-amz-decoded-content-length", *text)};
        decoded_size_ = size;
    } else if (streaming) {
        throw Refused{{"MissingContentLength", 411, "You must provide the Content-Length HTTP header."}};
    }
    if (const auto& check = exchange.visit.signatures; check && streaming) {
        if (auto signatures = check->chunks(exchange.visit.request, exchange.visit.authorization))
            chunks_.require(std::move(*signatures), hash.ends_with("-TRAILER"));
    }
    read_checksum(exchange);
}

void Integrity::read_checksum(const Exchange& exchange) {
    if (const auto given = body_checksum([&](std::string_view name) { return exchange.header(name); })) {
        stream_.emplace(given->kind);
        expected_ = given->value;
        return;
    }
    if (const auto trailer = exchange.header("x-amz-trailer");
        trailer && trailer->starts_with("x-amz-checksum-")) {
        const auto kind = base::parse_checksum_kind(trailer->substr(15));
        if (!kind)
            throw Refused{
                invalid_request("The value specified in the x-amz-trailer header is not supported")};
        stream_.emplace(*kind);
        trailer_ = *trailer;
        return;
    }
    // The header says what SDKs were told to compute; alone it asks for nothing to be checked.
    const auto algorithm = exchange.header("x-amz-sdk-checksum-algorithm");
    if (!algorithm) return;
    const auto kind = base::parse_checksum_kind(*algorithm);
    if (kind) stream_.emplace(*kind);
}

void Integrity::require(base::ChecksumKind kind, bool has_to) {
    if (!stream_ && !has_to) stream_.emplace(kind);
    if (stream_ && stream_->kind() == kind) return;
    throw Refused{invalid_request("Checksum Type mismatch occurred, expected checksum Type: " +
                                  base::to_lower(base::to_string(kind)) + ", actual checksum Type: " +
                                  (stream_ ? base::to_lower(base::to_string(stream_->kind())) : "null"))};
}

std::optional<Error> Integrity::mistake(const std::string& http_trailers) {
    if (chunks_.has_wrong_signature())
        return Error{"SignatureDoesNotMatch", 403, std::string(kSignatureMismatch)};
    if (broken_ || (chunked_ && !chunks_.may_end()) || (decoded_size_ && size_ != *decoded_size_))
        return incomplete();
    if (sha256_) {
        const std::string computed = base::to_hex(sha256_->finish());
        if (computed != expected_sha256_)
            return make_error(
                "XAmzContentSHA256Mismatch", 400,
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
                {{"ClientComputedContentSHA256", expected_sha256_}, {"S3ComputedContentSHA256", computed}});
    }
    if (!stream_) return std::nullopt;
    if (!trailer_.empty()) {
        for (const auto& [name, value] : chunks_.trailers())
            if (base::iequals(name, trailer_)) expected_ = value;
        if (!expected_) expected_ = field_of(http_trailers, trailer_);
        if (!expected_)
            return make_error("MalformedTrailerError", 400,
                              "The request contained trailing data that was not well-formed or did not "
                              "conform to our published schema.");
        if (!is_valid(stream_->kind(), *expected_)) return invalid_checksum(trailer_);
    }
    const std::string computed = base::base64_encode(stream_->finish());
    if (expected_ && *expected_ != computed) return wrong_checksum(stream_->kind());
    checksum_ = model::Checksum{stream_->kind(), computed};
    return std::nullopt;
}

std::string checked_body(const Exchange& exchange) {
    Integrity integrity(exchange);
    std::string body;
    base::Digest md5(base::DigestKind::md5);
    (void)integrity.take(exchange.visit.request.body, [&](std::string_view bytes) -> base::Result<> {
        body += bytes;
        md5.update(bytes);
        return {};
    });
    if (const auto mistake = integrity.mistake({})) throw Refused{*mistake};
    if (integrity.md5() && *integrity.md5() != md5.finish())
        throw Refused{
            Error{"BadDigest", 400, "The Content-MD5 you specified did not match what we received."}};
    return body;
}

}  // namespace faasd::aws::s3
