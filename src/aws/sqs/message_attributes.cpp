#include "aws/sqs/message_attributes.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "aws/protocol/operation_door.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/parameters.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::size_t most_attributes = 10;
constexpr std::size_t longest_attribute_name = 256;

[[noreturn]] void refuse_parameter(std::string message) {
    throw Refusal{invalid_parameter(std::move(message))};
}
[[noreturn]] void refuse_of(std::string_view name, std::string_view what) {
    refuse_parameter("The message attribute '" + std::string(name) + "' " + std::string(what));
}

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void check_name(std::string_view name) {
    if (name.empty() || name.size() > longest_attribute_name)
        refuse_parameter("Message (user) attribute names must be shorter than 256 Bytes");
    const bool allowed = std::ranges::all_of(
        name, [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; });
    if (!allowed)
        refuse_parameter(
            "Message (user) attributes name can only contain upper and lower score characters, digits, "
            "periods, hyphens and underscores. ");
    const std::string lower = base::to_lower(name);
    if (lower.starts_with("aws.") || lower.starts_with("amazon.") || name.front() == '.' ||
        name.back() == '.' || name.find("..") != std::string_view::npos)
        refuse_parameter(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are "
            "reserved for internal use. Additionally, they cannot start or end with '.'.");
}

bool is_given(const json& value, const char* member) {
    const json* given = find(value, member);
    return given && !(given->is_array() && given->empty());
}

model::MessageAttribute read_attribute(std::string_view name, const json& value) {
    if (!value.is_object()) throw Refusal{wrong_type(name, "a MessageAttributeValue")};
    const std::string* type = find_text(value, "DataType");
    if (!type || type->empty()) refuse_of(name, "must contain non-empty message attribute type.");
    if (type->size() > longest_attribute_name)
        refuse_parameter("Message (user) attribute types must be shorter than 256 Bytes");
    if (is_given(value, "StringListValues") || is_given(value, "BinaryListValues"))
        throw Refusal{error_of("UnsupportedOperation",
                               "Message attribute list values in SendMessage operation are not supported.")};
    const std::string_view kind = std::string_view(*type).substr(0, type->find('.'));
    if (kind != "String" && kind != "Number" && kind != "Binary")
        refuse_of(name,
                  "has an invalid message attribute type, the set of supported type prefixes is Binary, "
                  "Number, and "
                  "String.");
    const bool binary = kind == "Binary";
    const std::string* given = find_text(value, binary ? "BinaryValue" : "StringValue");
    if (!given || given->empty())
        refuse_parameter("Message (user) attribute '" + std::string(name) +
                         "' must contain a non-empty value of type '" +
                         std::string(binary ? "Binary" : kind) + "'.");
    if (find(value, binary ? "StringValue" : "BinaryValue"))
        refuse_parameter("Message (user) attribute '" + std::string(name) + "' has multiple values.");
    if (!binary) return {*type, *given};
    auto bytes = base::base64_decode(*given);
    if (!bytes || bytes->empty())
        throw Refusal{
            {"SerializationException", 400, "The BinaryValue of '" + std::string(name) + "' is no base64"}};
    return {*type, std::move(*bytes)};
}

}  // namespace

model::MessageAttributes read_message_attributes(const json* given) {
    model::MessageAttributes attributes;
    if (!given) return attributes;
    if (!given->is_object()) throw Refusal{wrong_type("MessageAttributes", "a Map")};
    if (given->size() > most_attributes)
        refuse_parameter("Number of message attributes [" + std::to_string(given->size()) +
                         "] exceeds the allowed maximum [10].");
    for (const auto& [name, value] : given->items()) {
        check_name(name);
        attributes.emplace(name, read_attribute(name, value));
    }
    return attributes;
}

std::map<std::string, std::string> read_system_attributes(const json* given) {
    std::map<std::string, std::string> attributes;
    if (!given) return attributes;
    if (!given->is_object()) throw Refusal{wrong_type("MessageSystemAttributes", "a Map")};
    for (const auto& [name, value] : given->items()) {
        if (name != "AWSTraceHeader")
            refuse_parameter("Message system attribute name '" + name +
                             "' is invalid. The message system attribute name can be AWSTraceHeader only.");
        auto attribute = read_attribute(name, value);
        if (attribute.data_type != "String")
            refuse_parameter("Message system attribute '" + name + "' must be of type 'String'.");
        attributes.emplace(name, std::move(attribute.value));
    }
    return attributes;
}

}  // namespace faasd::aws::sqs
