#include "items/attribute_value.hpp"

#include <array>
#include <string>
#include <utility>
#include <variant>

#include "base/digest.hpp"
#include "base/overloaded.hpp"
#include "items/number.hpp"

namespace faasd::items {
namespace {

// In the order of the variant's alternatives.
constexpr std::array<std::string_view, 10> kTypeNames{"NULL", "BOOL", "S",  "N", "B",
                                                      "SS",   "NS",   "BS", "L", "M"};
constexpr std::array<std::string_view, 10> kLongTypeNames{
    "NULL", "BOOLEAN", "STRING", "NUMBER", "BINARY", "STRING_SET", "NUMBER_SET", "BINARY_SET", "LIST", "MAP"};

constexpr std::uint64_t kContainerBytes = 3;
constexpr std::uint64_t kElementBytes = 1;

std::uint64_t number_size(std::string_view text) {
    const bool negative = text.starts_with('-');
    std::size_t digits = 0;
    std::size_t zeros = 0;  // seen since the last digit that counts
    for (const char c : text) {
        if (c < '0' || c > '9') continue;
        if (c == '0') {
            if (digits > 0) ++zeros;
        } else {
            digits += zeros + 1;
            zeros = 0;
        }
    }
    return (digits + 1) / 2 + 1 + (negative ? 1 : 0);
}

template <class Set>
std::uint64_t total_size(const Set& values) {
    std::uint64_t total = 0;
    for (const std::string& value : values)
        total += value.size();
    return total;
}

void describe_into(std::string& out, const model::AttributeValue& value);

template <class Range, class Each>
void describe_list(std::string& out, const Range& range, const Each& each) {
    out.push_back('[');
    bool first = true;
    for (const auto& element : range) {
        if (!std::exchange(first, false)) out += ", ";
        each(element);
    }
    out.push_back(']');
}

void describe_into(std::string& out, const model::AttributeValue& value) {
    out.push_back('{');
    out += type_name(value);
    out.push_back(':');
    const auto append = [&out](const std::string& text) { out += text; };
    const auto append_binary = [&out](const std::string& bytes) { out += base::base64_encode(bytes); };
    std::visit(base::Overloaded{
                   [&](const model::Null&) { out += "true"; },
                   [&](bool flag) { out += flag ? "true" : "false"; },
                   [&](const std::string& text) { out += text; },
                   [&](const model::Number& number) { out += number.text; },
                   [&](const model::Binary& binary) { append_binary(binary.bytes); },
                   [&](const model::StringSet& set) { describe_list(out, set.values, append); },
                   [&](const model::NumberSet& set) { describe_list(out, set.values, append); },
                   [&](const model::BinarySet& set) { describe_list(out, set.values, append_binary); },
                   [&](const model::List& list) {
                       describe_list(out, list, [&](const auto& element) { describe_into(out, element); });
                   },
                   [&](const model::Item& map) {
                       out.push_back('{');
                       bool first = true;
                       for (const auto& [name, element] : map) {
                           if (!std::exchange(first, false)) out += ", ";
                           out += name;
                           out.push_back('=');
                           describe_into(out, element);
                       }
                       out.push_back('}');
                   },
               },
               value.value);
    out.push_back('}');
}

}  // namespace

base::Error validation_error(std::string message) {
    return {model::TableErrc::validation, std::move(message)};
}

std::string_view type_name(const model::AttributeValue& value) {
    return kTypeNames[value.value.index()];
}
std::string_view long_type_name(const model::AttributeValue& value) {
    return kLongTypeNames[value.value.index()];
}

std::optional<std::strong_ordering> compare(const model::AttributeValue& a, const model::AttributeValue& b) {
    if (a.value.index() != b.value.index()) return std::nullopt;
    // char_traits<char> compares as unsigned bytes, which for UTF-8 is DynamoDB's order.
    if (const auto* text = std::get_if<std::string>(&a.value))
        return *text <=> std::get<std::string>(b.value);
    if (const auto* number = std::get_if<model::Number>(&a.value)) {
        return compare(*number, std::get<model::Number>(b.value));
    }
    if (const auto* binary = std::get_if<model::Binary>(&a.value)) {
        return binary->bytes <=> std::get<model::Binary>(b.value).bytes;
    }
    return std::nullopt;
}

std::uint64_t value_size(const model::AttributeValue& value) {
    return std::visit(base::Overloaded{
                          [](const model::Null&) -> std::uint64_t { return 1; },
                          [](bool) -> std::uint64_t { return 1; },
                          [](const std::string& text) -> std::uint64_t { return text.size(); },
                          [](const model::Number& number) { return number_size(number.text); },
                          [](const model::Binary& binary) -> std::uint64_t { return binary.bytes.size(); },
                          [](const model::StringSet& set) { return total_size(set.values); },
                          [](const model::NumberSet& set) {
                              std::uint64_t total = 0;
                              for (const std::string& text : set.values)
                                  total += number_size(text);
                              return total;
                          },
                          [](const model::BinarySet& set) { return total_size(set.values); },
                          [](const model::List& list) {
                              std::uint64_t total = kContainerBytes;
                              for (const auto& element : list)
                                  total += kElementBytes + value_size(element);
                              return total;
                          },
                          [](const model::Item& map) {
                              return kContainerBytes + kElementBytes * map.size() + item_size(map);
                          },
                      },
                      value.value);
}

std::uint64_t item_size(const model::Item& item) {
    std::uint64_t total = 0;
    for (const auto& [name, value] : item)
        total += name.size() + value_size(value);
    return total;
}

std::string describe(const model::AttributeValue& value) {
    std::string out;
    describe_into(out, value);
    return out;
}

}  // namespace faasd::items
