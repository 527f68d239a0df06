#include "items/plain_json.hpp"

#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/overloaded.hpp"
#include "items/attribute_value.hpp"
#include "items/number.hpp"
#include "items/plain_marks.hpp"
#include "items/validation.hpp"

namespace faasd::items {
namespace {

using nlohmann::json;

base::Result<model::AttributeValue> convert(const json& value, int depth) {
    if (value.is_structured() && depth > kMaxNesting) {
        return validation_error("Nesting Levels have exceeded supported limits: the JSON has more than " +
                                std::to_string(kMaxNesting) + " levels");
    }
    switch (value.type()) {
        case json::value_t::null:
        case json::value_t::discarded:
            return model::AttributeValue{};
        case json::value_t::boolean:
            return model::AttributeValue{value.get<bool>()};
        case json::value_t::string:
            return model::AttributeValue{value.get<std::string>()};
        case json::value_t::binary: {
            const auto& bytes = value.get_binary();
            return model::AttributeValue{model::Binary{std::string(bytes.begin(), bytes.end())}};
        }
        case json::value_t::number_integer:
        case json::value_t::number_unsigned:
        case json::value_t::number_float: {
            auto number = make_number(base::to_text(value));
            if (!number) return number.error();
            return model::AttributeValue{std::move(*number)};
        }
        case json::value_t::array: {
            model::List list;
            list.reserve(value.size());
            for (const json& element : value) {
                auto converted = convert(element, depth + 1);
                if (!converted) return converted;
                list.push_back(std::move(*converted));
            }
            return model::AttributeValue{std::move(list)};
        }
        case json::value_t::object:
            break;
    }
    model::Item map;
    for (const auto& [name, element] : value.items()) {
        auto converted = convert(element, depth + 1);
        if (!converted) return converted;
        map.insert_or_assign(name, std::move(*converted));
    }
    return unmark(std::move(map));
}

base::Result<model::AttributeValue> checked(base::Result<model::AttributeValue> value) {
    if (!value) return value;
    if (auto good = canonicalize(*value); !good) return good.error();
    return value;
}

base::Result<model::Item> as_item(base::Result<model::AttributeValue> value) {
    if (!value) return value.error();
    auto* item = std::get_if<model::Item>(&value->value);
    if (!item) {
        return validation_error("an item is a JSON object of its attributes, not a value of the type " +
                                std::string(type_name(*value)));
    }
    if (auto good = canonicalize(*item); !good) return good.error();
    return std::move(*item);
}

json plain_number(const std::string& text) {
    // Integers in range and doubles; text that is a JSON number always parses.
    return base::parse_json(text);
}

json marked(std::string_view mark, json content) {
    json out = json::object();
    out.emplace(std::string(mark), std::move(content));
    return out;
}

}  // namespace

base::Result<model::AttributeValue> value_from_plain_json(const json& value) {
    return checked(convert(value, 0));
}
base::Result<model::Item> item_from_plain_json(const json& value) {
    return as_item(convert(value, 0));
}
base::Result<model::AttributeValue> value_from_plain_text(std::string_view text) {
    return checked(parse_plain_text(text));
}
base::Result<model::Item> item_from_plain_text(std::string_view text) {
    return as_item(parse_plain_text(text));
}

json to_plain_json(const model::AttributeValue& value) {
    return std::visit(base::Overloaded{
                          [](const model::Null&) { return json(nullptr); },
                          [](bool flag) { return json(flag); },
                          [](const std::string& text) { return json(text); },
                          [](const model::Number& number) { return plain_number(number.text); },
                          [](const model::Binary& binary) {
                              return marked(kBinaryMark, json(base::base64_encode(binary.bytes)));
                          },
                          [](const model::StringSet& set) { return marked(kStringsMark, json(set.values)); },
                          [](const model::NumberSet& set) {
                              json out = json::array();
                              for (const std::string& text : set.values)
                                  out.push_back(plain_number(text));
                              return marked(kNumbersMark, std::move(out));
                          },
                          [](const model::BinarySet& set) {
                              json out = json::array();
                              for (const std::string& bytes : set.values)
                                  out.push_back(base::base64_encode(bytes));
                              return marked(kBinariesMark, std::move(out));
                          },
                          [](const model::List& list) {
                              json out = json::array();
                              for (const auto& element : list)
                                  out.push_back(to_plain_json(element));
                              return out;
                          },
                          [](const model::Item& map) { return to_plain_json(map); },
                      },
                      value.value);
}

json to_plain_json(const model::Item& item) {
    json out = json::object();
    for (const auto& [name, value] : item)
        out.emplace(name, to_plain_json(value));
    return out;
}

}  // namespace faasd::items
