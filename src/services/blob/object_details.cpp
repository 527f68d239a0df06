// The members of an object that few objects have, as one column.
#include <charconv>

#include "services/blob/object_rows.hpp"

namespace faasd::blob {
namespace {

// Names of the fields. Tags and properties follow theirs with a name of their own.
constexpr std::string_view kChecksum = "c", kRetention = "r", kLegalHold = "h", kParts = "n";
constexpr std::string_view kTag = "t:", kProperty = "p:";

template <class Number>
Number number_of(std::string_view text) {
    Number value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

std::string encode_details(const model::ObjectInfo& object) {
    model::Metadata fields;
    if (object.checksum)
        fields.emplace(kChecksum, std::string(base::to_string(object.checksum->kind)) +
                                      (object.checksum->composite ? " C " : " F ") + object.checksum->value);
    if (object.retention)
        fields.emplace(kRetention, (object.retention->compliance ? "C" : "G") +
                                       std::to_string(base::to_micros(object.retention->until)));
    if (object.legal_hold) fields.emplace(kLegalHold, "1");
    if (object.parts != 0) fields.emplace(kParts, std::to_string(object.parts));
    for (const auto& [name, value] : object.tags)
        fields.emplace(std::string(kTag) + name, value);
    for (const auto& [name, value] : object.properties)
        fields.emplace(std::string(kProperty) + name, value);
    return encode_fields(fields);
}

void decode_details(std::string_view bytes, model::ObjectInfo& object) {
    if (bytes.empty()) return;
    for (auto& [name, value] : decode_fields(bytes)) {
        if (name.starts_with(kTag)) {
            object.tags.emplace(name.substr(kTag.size()), value);
        } else if (name.starts_with(kProperty)) {
            object.properties.emplace(name.substr(kProperty.size()), value);
        } else if (name == kLegalHold) {
            object.legal_hold = true;
        } else if (name == kParts) {
            object.parts = number_of<std::uint32_t>(value);
        } else if (name == kRetention && !value.empty()) {
            object.retention = model::Retention{
                value.front() == 'C',
                base::from_micros(number_of<std::int64_t>(std::string_view(value).substr(1)))};
        } else if (name == kChecksum) {
            const std::size_t end = value.find(' ');
            const auto kind = base::parse_checksum_kind(std::string_view(value).substr(0, end));
            if (!kind || value.size() < end + 3) continue;
            object.checksum = model::Checksum{*kind, value.substr(end + 3), value[end + 1] == 'C'};
        }
    }
}

std::string shown_version(model::Versioning versioning, std::string_view stored) {
    if (versioning == model::Versioning::off) return {};
    return stored.empty() ? "null" : std::string(stored);
}

}  // namespace faasd::blob
