#include "services/blob/names.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;
using model::Metadata;

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Four groups of digits, whatever their value: S3 refuses 999.1.1.1 as well.
bool looks_like_ip_address(std::string_view name) {
    int dots = 0;
    for (const char c : name) {
        if (c == '.') {
            ++dots;
        } else if (!is_digit(c)) {
            return false;
        }
    }
    return dots == 3;
}

std::string_view broken_bucket_rule(std::string_view name) {
    if (name.size() < 3 || name.size() > 63) return "it must be 3 to 63 characters long";
    if (!std::ranges::all_of(name, [](char c) { return is_lower_or_digit(c) || c == '.' || c == '-'; })) {
        return "only lowercase letters, digits, dots and hyphens are allowed";
    }
    if (!is_lower_or_digit(name.front()) || !is_lower_or_digit(name.back())) {
        return "it must begin and end with a lowercase letter or a digit";
    }
    if (name.find("..") != std::string_view::npos) return "two dots must not stand side by side";
    if (looks_like_ip_address(name)) return "it must not look like an IP address";
    for (const std::string_view prefix : {"xn--", "sthree-", "amzn-s3-demo-"}) {
        if (name.starts_with(prefix)) return "the prefixes xn--, sthree- and amzn-s3-demo- are reserved";
    }
    for (const std::string_view suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}) {
        if (name.ends_with(suffix)) {
            return "the suffixes -s3alias, --ol-s3, .mrap, --x-s3 and --table-s3 are reserved";
        }
    }
    return {};
}

bool is_token(std::string_view name) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110 section 5.6.2
    return !name.empty() && std::ranges::all_of(name, [&](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_header_value(std::string_view value) {
    return std::ranges::all_of(value, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 || c == '\t') && byte != 0x7f;
    });
}

base::Error invalid(std::string message) {
    return {BlobErrc::invalid_argument, std::move(message)};
}

std::size_t bytes_of(const Metadata& fields) {
    std::size_t bytes = 0;
    for (const auto& [name, value] : fields)
        bytes += name.size() + value.size();
    return bytes;
}

base::Result<> normalize_metadata(Metadata& metadata) {
    Metadata normalized;
    for (auto& [name, value] : metadata) {
        if (!is_token(name)) {
            return invalid("the metadata name '" + name +
                           "' is not one of a header: use letters, digits and hyphens");
        }
        if (!base::is_valid_utf8(value) || !is_header_value(value)) {
            return invalid("the value of metadata '" + name + "' has control characters or is not UTF-8");
        }
        normalized[base::to_lower(name)] = std::move(value);
    }
    metadata = std::move(normalized);
    if (const std::size_t bytes = bytes_of(metadata); bytes > kMaxMetadataBytes) {
        return base::Error{BlobErrc::metadata_too_large,
                           "the metadata has " + std::to_string(bytes) + " bytes of names and values; " +
                               std::to_string(kMaxMetadataBytes) + " are allowed"};
    }
    return {};
}

base::Result<> normalize_headers(Metadata& headers) {
    constexpr std::array<std::string_view, 5> kKept{"Cache-Control", "Content-Disposition",
                                                    "Content-Encoding", "Content-Language", "Expires"};
    Metadata normalized;
    for (auto& [name, value] : headers) {
        const auto* const kept = std::ranges::find_if(
            kKept, [&name = name](std::string_view known) { return base::iequals(known, name); });
        if (kept == kKept.end()) {
            return invalid(
                "an object does not keep the header '" + name +
                "': only Cache-Control, Content-Disposition, Content-Encoding, Content-Language and "
                "Expires; use metadata for others");
        }
        if (!is_header_value(value)) return invalid("the value of " + name + " has control characters");
        normalized[std::string(*kept)] = std::move(value);
    }
    headers = std::move(normalized);
    return {};
}

}  // namespace

base::Result<> check_bucket_name(std::string_view name) {
    const std::string_view rule = broken_bucket_rule(name);
    if (rule.empty()) return {};
    return base::Error{BlobErrc::invalid_bucket_name,
                       "'" + std::string(name.substr(0, 80)) + "' is no bucket name: " + std::string(rule)};
}

base::Result<> check_key(std::string_view key) {
    if (key.empty()) return base::Error{BlobErrc::invalid_key, "the key is empty"};
    if (key.size() > kMaxKeyBytes) {
        return base::Error{BlobErrc::invalid_key, "the key has " + std::to_string(key.size()) +
                                                      " bytes; at most " + std::to_string(kMaxKeyBytes) +
                                                      " are allowed"};
    }
    if (!base::is_valid_utf8(key)) return base::Error{BlobErrc::invalid_key, "the key is not UTF-8"};
    return {};
}

base::Result<> check_and_normalize(model::PutOptions& options) {
    if (options.content_type.empty()) options.content_type = "binary/octet-stream";
    if (!is_header_value(options.content_type)) return invalid("the content type has control characters");
    if (auto checked = normalize_metadata(options.metadata); !checked) return checked;
    if (auto checked = normalize_headers(options.headers); !checked) return checked;
    if (bytes_of(options.headers) + options.content_type.size() > kMaxHeaderBytes) {
        return invalid("the headers have more than " + std::to_string(kMaxHeaderBytes) + " bytes");
    }
    if (options.content_md5 && options.content_md5->size() != 16) {
        return invalid("an MD5 has 16 bytes, not " + std::to_string(options.content_md5->size()));
    }
    for (const Metadata* fields : {&options.tags, &options.properties})
        for (const auto& [name, value] : *fields)
            if (name.find('\0') != std::string::npos || value.find('\0') != std::string::npos)
                return invalid("a tag or a property has a NUL character");
    if (options.if_none_match && *options.if_none_match != "*") {
        return invalid("a write takes If-None-Match: * alone (create only), no ETag");
    }
    return {};
}

}  // namespace faasd::blob
