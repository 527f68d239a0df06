#include "services/queue/message_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/digest.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "services/queue/content.hpp"
#include "services/queue/limits.hpp"

namespace faasd::queue {
namespace {

using model::QueueErrc;

constexpr std::size_t max_attribute_name = 256;
constexpr std::size_t max_group_id = 128;

base::Error invalid(std::string message) {
    return {QueueErrc::invalid_parameter, std::move(message)};
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A decimal with at most 38 significant digits, between 10^-128 and 10^126 in magnitude, or zero.
bool is_number(std::string_view text) {
    std::size_t at = 0;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    int significant = 0;
    int trailing_zeros = 0;
    int point_shift = 0;
    bool digits = false;
    bool point = false;
    for (; at < text.size() && (is_digit(text[at]) || text[at] == '.'); ++at) {
        if (text[at] == '.') {
            if (std::exchange(point, true)) return false;
            continue;
        }
        digits = true;
        if (point) --point_shift;
        if (text[at] == '0') {
            if (significant > 0) ++trailing_zeros;
        } else {
            significant += trailing_zeros + 1;
            trailing_zeros = 0;
        }
    }
    if (!digits || significant > 38) return false;
    int exponent = 0;
    if (at < text.size()) {
        if (text[at] != 'e' && text[at] != 'E') return false;
        ++at;
        if (at < text.size() && text[at] == '+') ++at;
        const auto [end, failure] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
        if (failure != std::errc() || end != text.data() + text.size()) return false;
        if (exponent < -10'000 || exponent > 10'000) return false;
    }
    if (significant == 0) return true;
    const int magnitude = significant + trailing_zeros + point_shift + exponent;  // 0.1 has 0, 1 has 1
    return magnitude > -128 && magnitude <= 127;
}

// Letters, digits and ASCII punctuation: group and deduplication ids.
bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= max_group_id &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

base::Result<> check_id(std::string_view what, std::string_view text) {
    if (text.empty() || is_id(text)) return {};
    return invalid("the " + std::string(what) +
                   " must be 1 to 128 letters, digits and punctuation characters of ASCII");
}

std::string md5_of_system_attributes(const std::map<std::string, std::string>& attributes) {
    model::MessageAttributes texts;
    for (const auto& [name, value] : attributes)
        texts[name] = {"String", value};
    return md5_of_attributes(texts);
}

}  // namespace

std::string new_uuid() {
    std::array<unsigned char, 16> bytes{};
    base::random_bytes(bytes);
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool has_only_allowed_characters(std::string_view text) {
    if (!base::is_valid_utf8(text)) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 && c != 0x9 && c != 0xa && c != 0xd) return false;
        // U+FFFE and U+FFFF
        if (c == 0xef && static_cast<unsigned char>(text[i + 1]) == 0xbf &&
            static_cast<unsigned char>(text[i + 2]) >= 0xbe) {
            return false;
        }
    }
    return true;
}

base::Result<> check_message_attribute(std::string_view name, const model::MessageAttribute& attribute) {
    const std::string where = "message attribute '" + std::string(name) + "': ";
    if (name.empty() || name.size() > max_attribute_name) {
        return invalid(where + "a name has 1 to 256 characters");
    }
    const bool allowed = std::ranges::all_of(
        name, [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; });
    if (!allowed || name.front() == '.' || name.back() == '.' || name.find("..") != std::string_view::npos) {
        return invalid(
            where + "a name has letters, digits, '_', '-' and '.', the last neither first, last nor doubled");
    }
    const std::string lower = base::to_lower(name);
    if (lower.starts_with("aws.") || lower.starts_with("amazon.")) {
        return invalid(where + "names that begin with AWS. or Amazon. are reserved");
    }
    const std::string_view type = attribute.data_type;
    const std::string_view kind = type.substr(0, type.find('.'));
    if (type.size() > max_attribute_name || (kind != "String" && kind != "Number" && kind != "Binary")) {
        return invalid(where + "its type is '" + std::string(type) +
                       "', allowed are String, Number and Binary, with a custom part after a '.'");
    }
    if (attribute.value.empty()) return invalid(where + "its value is empty");
    if (kind == "String" && !has_only_allowed_characters(attribute.value)) {
        return base::Error(QueueErrc::invalid_message_contents,
                           where + "its value has characters that are not allowed");
    }
    if (kind == "Number" && !is_number(attribute.value)) {
        return invalid(where + "its value is no number of at most 38 digits");
    }
    return {};
}

std::size_t size_of(const model::SendRequest& request) {
    std::size_t size = request.body.size();
    for (const auto& [name, attribute] : request.attributes) {
        size += name.size() + attribute.data_type.size() + attribute.value.size();
    }
    return size;
}

base::Result<Prepared> prepare(model::SendRequest request) {
    if (request.body.empty()) return invalid("a message needs a body of at least one character");
    if (!has_only_allowed_characters(request.body)) {
        return base::Error(QueueErrc::invalid_message_contents,
                           "the message's body has characters that are not allowed: it must be UTF-8 of "
                           "#x9, #xA, #xD, #x20 to #xD7FF, #xE000 to #xFFFD, #x10000 to #x10FFFF");
    }
    if (request.attributes.size() > max_message_attributes) {
        return invalid("a message has at most 10 attributes, this one has " +
                       std::to_string(request.attributes.size()));
    }
    for (const auto& [name, attribute] : request.attributes) {
        if (auto result = check_message_attribute(name, attribute); !result) return result.error();
    }
    for (const auto& [name, value] : request.system_attributes) {
        if (name != "AWSTraceHeader") {
            return invalid("the message system attribute " + name +
                           " is not known: AWSTraceHeader is the only one");
        }
    }
    if (request.delay && (*request.delay < base::Duration::zero() || *request.delay > max_delay)) {
        return invalid("the message's delay is " + base::format_duration(*request.delay) +
                       ", allowed is 0s to " + base::format_duration(max_delay));
    }
    if (auto result = check_id("message group id", request.group_id); !result) return result.error();
    if (auto result = check_id("message deduplication id", request.deduplication_id); !result)
        return result.error();
    Prepared prepared;
    prepared.size = size_of(request);
    prepared.uuid = new_uuid();
    prepared.md5 = base::digest(base::DigestKind::md5, request.body);
    prepared.result = {format_uuid(prepared.uuid), base::to_hex(prepared.md5), md5_of_attributes(request.attributes),
                       md5_of_system_attributes(request.system_attributes), std::nullopt};
    prepared.request = std::move(request);
    prepared.content = encode_content(prepared, prepared.request.deduplication_id);
    return prepared;
}

base::Result<> check_for_queue(const Definition& queue, const Prepared& message) {
    const auto& attributes = queue.attributes;
    const auto& request = message.request;
    if (message.size > attributes.max_message_size) {
        return base::Error(QueueErrc::message_too_long, "the message has " + std::to_string(message.size) +
                                                            " bytes with its attributes, queue " +
                                                            queue.name + " allows " +
                                                            std::to_string(attributes.max_message_size),
                           std::make_shared<model::QueueLimitDetail>(attributes.max_message_size, message.size));
    }
    if (!attributes.fifo) {
        if (request.deduplication_id.empty()) return {};
        return base::Error(QueueErrc::wrong_queue_type,
                           "queue " + queue.name + " is a standard queue: a deduplication id is for FIFO queues");
    }
    if (request.group_id.empty()) {
        return base::Error(QueueErrc::missing_group_id,
                           "queue " + queue.name + " is a FIFO queue: a message needs a group id");
    }
    if (request.deduplication_id.empty() && !attributes.content_based_deduplication) {
        return base::Error(
            QueueErrc::missing_deduplication_id,
            "queue " + queue.name +
            " is a FIFO queue without content-based deduplication: a message needs a deduplication id");
    }
    if (request.delay && *request.delay != base::Duration::zero()) {
        return base::Error(QueueErrc::wrong_queue_type,
                           "queue " + queue.name +
                               " is a FIFO queue: a delay can only be set for the whole queue");
    }
    return {};
}

std::string format_uuid(std::string_view bytes) {
    const std::string hex = base::to_hex(bytes);
    if (hex.size() != 32) return hex;
    std::string text(36, '-');
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (at != 8 && at != 13 && at != 18 && at != 23) text[at] = hex[from++];
    return text;
}

}  // namespace faasd::queue
