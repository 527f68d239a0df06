#include "items/typed_json.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/overloaded.hpp"
#include "items/attribute_value.hpp"
#include "items/number.hpp"
#include "items/validation.hpp"

namespace faasd::items {
namespace {

using nlohmann::json;

constexpr const char* kEmpty =
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
constexpr const char* kSeveral =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
    "datatypes";

base::Error invalid(const std::string& what) {
    return validation_error("One or more parameter values were invalid: " + what);
}

// Of what a JSON value is where a type's content should be: the words of DynamoDB's deserializer.
base::Error cannot_convert(const json& found, const std::string& wanted) {
    if (found.is_object()) return validation_error("Start of structure or map found where not expected");
    if (found.is_array()) return validation_error("Unrecognized collection type class java.lang." + wanted);
    std::string what = "STRING_VALUE";
    if (found.is_boolean()) what = found.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE";
    if (found.is_number()) what = found.is_number_float() ? "DECIMAL_VALUE" : "NUMBER_VALUE";
    return validation_error(what + " cannot be converted to " + wanted);
}

base::Result<std::string> text_of(const json& content) {
    if (!content.is_string()) return cannot_convert(content, "String");
    return content.get<std::string>();
}

base::Result<std::string> bytes_of(const json& content) {
    if (!content.is_string()) {
        return validation_error("only base-64-encoded strings are convertible to bytes");
    }
    const auto& text = content.get_ref<const std::string&>();
    if (text.size() % 4 != 0) {
        return validation_error("Base64 encoded length is expected a multiple of 4 bytes but found: " +
                                std::to_string(text.size()));
    }
    auto bytes = base::base64_decode(text);
    if (!bytes)
        return validation_error(
            "Invalid Base64: a character outside of the alphabet, or padding in the middle");
    return std::move(*bytes);
}

std::string print_collection(const json& elements) {
    std::string out = "[";
    for (const json& element : elements) {
        if (out.size() > 1) out += ", ";
        out += element.is_string() ? element.get<std::string>() : base::to_text(element);
    }
    return out + "]";
}

template <class Convert>
base::Result<> fill_set(const json& content, std::set<std::string>& out, const std::string& empty,
                        const std::string& duplicate, const Convert& convert) {
    if (!content.is_array()) return cannot_convert(content, "List");
    if (content.empty()) return invalid(empty);
    for (const json& element : content) {
        auto converted = convert(element);
        if (!converted) return converted.error();
        if (!out.insert(std::move(*converted)).second) return validation_error(duplicate);
    }
    return {};
}

base::Result<> fill_string_set(const json& content, model::StringSet& out) {
    return fill_set(content, out.values, "An string set  may not be empty",
                    "One or more parameter values were invalid: Input collection " +
                        (content.is_array() ? print_collection(content) : std::string()) +
                        " contains duplicates.",
                    [](const json& element) { return text_of(element); });
}

base::Result<> fill_binary_set(const json& content, model::BinarySet& out) {
    return fill_set(content, out.values, "Binary sets should not be empty",
                    "One or more parameter values were invalid: Input collection " +
                        (content.is_array() ? print_collection(content) : std::string()) +
                        "of type BS contains duplicates.",
                    [](const json& element) { return bytes_of(element); });
}

base::Result<> fill_number_set(const json& content, model::NumberSet& out) {
    return fill_set(content, out.values, "An number set  may not be empty",
                    "Input collection contains duplicates",
                    [](const json& element) -> base::Result<std::string> {
                        auto text = text_of(element);
                        if (!text) return text;
                        auto number = make_number(*text);
                        if (!number) return number.error();
                        return std::move(number->text);
                    });
}

base::Result<model::AttributeValue> convert_value(const json& value, int depth);

base::Result<model::Item> convert_map(const json& map, int depth) {
    if (!map.is_object()) return cannot_convert(map, "Map");
    model::Item item;
    for (const auto& [name, element] : map.items()) {
        auto converted = convert_value(element, depth);
        if (!converted) return converted.error();
        item.insert_or_assign(name, std::move(*converted));
    }
    return item;
}

base::Result<model::AttributeValue> too_deep() {
    return validation_error("Nesting Levels have exceeded supported limits: an attribute has more than " +
                            std::to_string(kMaxNesting) + " levels of lists and maps");
}

base::Result<model::AttributeValue> convert_list(const json& content, int depth) {
    if (!content.is_array()) return cannot_convert(content, "List");
    model::List list;
    list.reserve(content.size());
    for (const json& element : content) {
        auto converted = convert_value(element, depth);
        if (!converted) return converted.error();
        list.push_back(std::move(*converted));
    }
    return model::AttributeValue{std::move(list)};
}

base::Result<model::AttributeValue> convert_content(const std::string& type, const json& content, int depth) {
    model::AttributeValue out;
    base::Result<> filled;
    if (type == "S") {
        auto text = text_of(content);
        if (!text) return text.error();
        out.value = std::move(*text);
    } else if (type == "N") {
        auto text = text_of(content);
        if (!text) return text.error();
        auto number = make_number(*text);
        if (!number) return number.error();
        out.value = std::move(*number);
    } else if (type == "B") {
        auto bytes = bytes_of(content);
        if (!bytes) return bytes.error();
        out.value = model::Binary{std::move(*bytes)};
    } else if (type == "BOOL") {
        if (!content.is_boolean()) return cannot_convert(content, "Boolean");
        out.value = content.get<bool>();
    } else if (type == "NULL") {
        if (!content.is_boolean()) return cannot_convert(content, "Boolean");
        if (!content.get<bool>()) return invalid("Null attribute value types must have the value of true");
    } else if (type == "SS") {
        filled = fill_string_set(content, out.value.emplace<model::StringSet>());
    } else if (type == "NS") {
        filled = fill_number_set(content, out.value.emplace<model::NumberSet>());
    } else if (type == "BS") {
        filled = fill_binary_set(content, out.value.emplace<model::BinarySet>());
    } else if (type == "L") {
        if (depth >= kMaxNesting) return too_deep();
        return convert_list(content, depth + 1);
    } else {
        if (depth >= kMaxNesting) return too_deep();
        auto map = convert_map(content, depth + 1);
        if (!map) return map.error();
        out.value = std::move(*map);
    }
    if (!filled) return filled.error();
    return out;
}

bool is_type(const std::string& name) {
    return name == "S" || name == "N" || name == "B" || name == "BOOL" || name == "NULL" || name == "SS" ||
           name == "NS" || name == "BS" || name == "L" || name == "M";
}

base::Result<model::AttributeValue> convert_value(const json& value, int depth) {
    if (!value.is_object()) {
        if (value.is_null()) return validation_error(kEmpty);
        return cannot_convert(value, "AttributeValue");
    }
    // Unknown members and nulls count as absent, and each member is checked before their number is.
    std::optional<model::AttributeValue> result;
    bool several = false;
    for (const auto& [type, content] : value.items()) {
        if (!is_type(type) || content.is_null()) continue;
        auto converted = convert_content(type, content, depth);
        if (!converted) return converted;
        several = several || result.has_value();
        result = std::move(*converted);
    }
    if (several) return validation_error(kSeveral);
    if (!result) return validation_error(kEmpty);
    return std::move(*result);
}

json binaries(const std::set<std::string>& values) {
    json out = json::array();
    for (const std::string& bytes : values)
        out.push_back(base::base64_encode(bytes));
    return out;
}

}  // namespace

base::Result<model::AttributeValue> value_from_typed_json(const json& value) {
    auto converted = convert_value(value, 0);
    if (!converted) return converted;
    if (auto good = canonicalize(*converted); !good) return good.error();
    return converted;
}

base::Result<model::Item> item_from_typed_json(const json& value) {
    auto item = convert_map(value, 0);
    if (!item) return item;
    if (auto good = canonicalize(*item); !good) return good.error();
    return item;
}

json to_typed_json(const model::AttributeValue& value) {
    json content = std::visit(base::Overloaded{
                                  [](const model::Null&) { return json(true); },
                                  [](bool flag) { return json(flag); },
                                  [](const std::string& text) { return json(text); },
                                  [](const model::Number& number) { return json(number.text); },
                                  [](const model::Binary& b) { return json(base::base64_encode(b.bytes)); },
                                  [](const model::StringSet& set) { return json(set.values); },
                                  [](const model::NumberSet& set) { return json(set.values); },
                                  [](const model::BinarySet& set) { return binaries(set.values); },
                                  [](const model::List& list) {
                                      json out = json::array();
                                      for (const auto& element : list)
                                          out.push_back(to_typed_json(element));
                                      return out;
                                  },
                                  [](const model::Item& map) { return to_typed_json(map); },
                              },
                              value.value);
    json out = json::object();
    out.emplace(std::string(type_name(value)), std::move(content));
    return out;
}

json to_typed_json(const model::Item& item) {
    json out = json::object();
    for (const auto& [name, value] : item)
        out.emplace(name, to_typed_json(value));
    return out;
}

}  // namespace faasd::items
