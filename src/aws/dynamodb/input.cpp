#include "aws/dynamodb/input.hpp"

#include <charconv>
#include <cmath>

#include "aws/dynamodb/refusals.hpp"
#include "aws/dynamodb/value_json.hpp"
#include "base/text.hpp"
#include "items/attribute_value.hpp"

namespace faasd::aws::dynamodb {
namespace {

using Kind = JsonReader::Kind;

const Input kNothing;

// An element may be three bytes of text and take a hundred times as many here.
constexpr std::size_t kMostElements = 10'000;

[[noreturn]] void wrong(std::string message) { refuse(serialization(std::move(message))); }

std::string name_of_scalar(JsonReader& reader, Kind kind) {
    if (kind == Kind::boolean) return reader.boolean() ? "TRUE_VALUE" : "FALSE_VALUE";
    if (kind == Kind::string) return "STRING_VALUE";
    return reader.number().find_first_of(".eE") == std::string_view::npos ? "NUMBER_VALUE" : "DECIMAL_VALUE";
}

[[noreturn]] void cannot_be(JsonReader& reader, Kind kind, std::string_view java) {
    if (kind == Kind::object) wrong("Start of structure or map found where not expected");
    if (kind == Kind::array) wrong("Unrecognized collection type class java.lang." + std::string(java));
    wrong(name_of_scalar(reader, kind) + " cannot be converted to " + std::string(java));
}

double number_of(std::string_view text) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure == std::errc::result_out_of_range) return text.front() == '-' ? -HUGE_VAL : HUGE_VAL;
    static_cast<void>(end);
    return value;
}

Input read_integer(JsonReader& reader, const Shape& shape) {
    const Kind kind = reader.peek();
    if (kind != Kind::number) cannot_be(reader, kind, shape.java);
    const std::string_view text = reader.number();
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure == std::errc{} && end == text.data() + text.size()) return Input(value);
    // A larger one, or a decimal: what fits is rounded down, and what does not is as large as can be.
    const double decimal = std::floor(number_of(text));
    const double limit = shape.java == "Integer" ? 2147483647.0 : 9.2e18;
    return Input(static_cast<std::int64_t>(std::max(-limit, std::min(limit, decimal))));
}

Input read_along(JsonReader& reader, const Shape& shape, bool in_collection);

// Of what a collection may hold, one more, to be refused for by its constraints.
std::size_t kept_of(std::optional<std::int64_t> most) { return most ? static_cast<std::size_t>(*most) + 1 : kMostElements; }

// Whether there is room for one more; where a constraint is going to refuse the collection, false.
bool has_room(std::size_t size, std::size_t kept) {
    if (size < kept) return true;
    if (kept == kMostElements)
        refuse_value("A list or map of the request has more than " + std::to_string(kMostElements) + " elements");
    return false;
}

Input read_list(JsonReader& reader, const Shape& shape, std::optional<std::int64_t> most) {
    const Kind kind = reader.peek();
    if (kind == Kind::object) wrong("Start of structure or map found where not expected");
    if (kind != Kind::array) wrong("Unexpected field type");
    reader.begin_array();
    Input::List list;
    const std::size_t kept = kept_of(most);
    while (reader.next_element()) {
        if (reader.peek() == Kind::null) {
            reader.null();
            continue;
        }
        if (!has_room(list.size(), kept)) {
            reader.skip();
            continue;
        }
        list.push_back(read_along(reader, shape.element.front(), true));
    }
    return Input(std::move(list));
}

Input read_map(JsonReader& reader, const Shape& shape) {
    const Kind kind = reader.peek();
    if (kind == Kind::array)
        wrong("Unrecognized collection type java.util.Map<java.lang.String, " + std::string(shape.java) + ">");
    if (kind != Kind::object) wrong("Unexpected field type");
    reader.begin_object();
    Input::Map map;
    std::string name;
    const Shape& element = shape.element.front();
    const std::size_t kept = kept_of(shape.most);
    while (reader.next_member(name)) {
        if (reader.peek() == Kind::null) {
            reader.null();
            continue;
        }
        if (!has_room(map.size(), kept)) {
            reader.skip();
            continue;
        }
        map.emplace_back(name, element.kind == Shape::Kind::list ? read_list(reader, element, shape.most_values)
                                                                 : read_along(reader, element, true));
    }
    return Input(std::move(map));
}

Input read_structure(JsonReader& reader, const Shape& shape, bool in_collection) {
    const Kind kind = reader.peek();
    if (kind == Kind::array)
        wrong("Unrecognized collection type class com.amazonaws.dynamodb.v20120810." + std::string(shape.java));
    if (kind != Kind::object) wrong(in_collection ? "Unexpected value type in payload" : "Unexpected field type");
    reader.begin_object();
    Input::Structure structure{&shape, {}};
    structure.members.resize(shape.members.size());
    std::string name;
    while (reader.next_member(name)) {
        std::size_t i = 0;
        while (i < shape.members.size() && shape.members[i].name != name) ++i;
        if (i == shape.members.size() || reader.peek() == Kind::null) {
            reader.skip();
        } else {
            structure.members[i] = read_along(reader, shape.members[i].shape, false);
        }
    }
    return Input(std::move(structure));
}

Input read_text_input(JsonReader& reader) {
    const Kind kind = reader.peek();
    if (kind != Kind::string) cannot_be(reader, kind, "String");
    std::string text;
    reader.string(text);
    return Input(std::move(text));
}

Input read_flag_input(JsonReader& reader) {
    const Kind kind = reader.peek();
    if (kind == Kind::boolean) return Input(reader.boolean());
    if (kind != Kind::string) cannot_be(reader, kind, "Boolean");
    std::string text;
    reader.string(text);
    if (base::iequals(text, "true") || base::iequals(text, "yes") || text == "1") return Input(true);
    if (base::iequals(text, "false") || base::iequals(text, "no") || text == "0") return Input(false);
    wrong("Unexpected token received from parser");
}

Input read_along(JsonReader& reader, const Shape& shape, bool in_collection) {
    switch (shape.kind) {
        case Shape::Kind::text: return read_text_input(reader);
        case Shape::Kind::flag: return read_flag_input(reader);
        case Shape::Kind::integer: return read_integer(reader, shape);
        case Shape::Kind::decimal: {
            const Kind kind = reader.peek();
            if (kind != Kind::number) cannot_be(reader, kind, "Double");
            return Input(number_of(reader.number()));
        }
        case Shape::Kind::list: return read_list(reader, shape, shape.most);
        case Shape::Kind::map: return read_map(reader, shape);
        case Shape::Kind::structure: return read_structure(reader, shape, in_collection);
        case Shape::Kind::item: {
            Input::NotedItem noted;
            noted.item = read_item(reader, noted.note);
            return Input(std::move(noted));
        }
        case Shape::Kind::value: {
            Input::NotedValue noted;
            noted.value = read_value(reader, noted.note,
                                     in_collection ? "Unexpected value type in payload" : "Unexpected field type");
            return Input(std::move(noted));
        }
    }
    return {};
}

}  // namespace

const Input& Input::operator[](std::string_view member) const {
    if (!*this) return kNothing;
    const Structure& of = structure();
    for (std::size_t i = 0; i < of.members.size(); ++i)
        if (of.shape->members[i].name == member) return of.members[i];
    return kNothing;
}

Input& Input::operator[](std::string_view member) {
    static thread_local Input nothing;
    if (*this) {
        auto& of = std::get<Structure>(content_);
        for (std::size_t i = 0; i < of.members.size(); ++i)
            if (of.shape->members[i].name == member) return of.members[i];
    }
    nothing = Input{};
    return nothing;
}

model::Item Input::take_item(std::string_view prefix) {
    NotedItem& noted = noted_item();
    if (noted.note) refuse_value(std::string(prefix) + noted.note.text);
    return std::move(noted.item);
}

model::AttributeValue Input::take_value() {
    NotedValue& noted = noted_value();
    if (noted.note) refuse_value(noted.note.text);
    return std::move(noted.value);
}

std::size_t Input::length() const {
    if (const auto* one = std::get_if<std::string>(&content_)) return one->size();
    if (const auto* one = std::get_if<List>(&content_)) return one->size();
    if (const auto* one = std::get_if<Map>(&content_)) return one->size();
    if (const auto* one = std::get_if<NotedItem>(&content_)) return one->item.size();
    return 0;
}

std::string Input::describe() const {
    if (const auto* one = std::get_if<bool>(&content_)) return *one ? "true" : "false";
    if (const auto* one = std::get_if<std::int64_t>(&content_)) return std::to_string(*one);
    if (const auto* one = std::get_if<double>(&content_)) return std::to_string(*one);
    if (const auto* one = std::get_if<std::string>(&content_)) return cut_text(*one, kMostDescribed);
    std::string out;
    const auto is_full = [&out] { return out.size() >= kMostDescribed; };
    const auto separate = [&out] {
        if (out.size() > 1) out += ", ";
    };
    if (const auto* list = std::get_if<List>(&content_)) {
        out = "[";
        for (const Input& one : *list) {
            if (is_full()) break;
            separate();
            out += one.describe();
        }
        return cut_text(out, kMostDescribed) + "]";
    }
    out = "{";
    if (const auto* map = std::get_if<Map>(&content_)) {
        for (const auto& [name, one] : *map) {
            if (is_full()) break;
            separate();
            out.append(cut_text(name, kMostDescribed)).append("=").append(one.describe());
        }
    } else if (const auto* of = std::get_if<Structure>(&content_)) {
        for (std::size_t i = 0; i < of->members.size(); ++i) {
            if (!of->members[i] || is_full()) continue;
            separate();
            out.append(of->shape->members[i].name).append("=").append(of->members[i].describe());
        }
    } else if (const auto* noted = std::get_if<NotedItem>(&content_)) {
        for (const auto& [name, one] : noted->item) {
            if (is_full()) break;
            separate();
            out.append(name).append("=").append(items::describe(one));
        }
    } else if (const auto* noted_one = std::get_if<NotedValue>(&content_)) {
        return cut_text(items::describe(noted_one->value), kMostDescribed);
    }
    return cut_text(out, kMostDescribed) + "}";
}

std::string cut_text(std::string_view text, std::size_t most) {
    if (text.size() > most) {
        while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
        text = text.substr(0, most);
    }
    return std::string(text);
}

Input read_input(std::string_view body, const Shape& shape) {
    if (body.empty()) body = "{}";
    try {
        if (!base::is_valid_utf8(body)) throw Malformed{};
        JsonReader reader(body);
        if (reader.peek() != Kind::object) throw Malformed{};
        Input input = read_along(reader, shape, false);
        reader.finish();
        return input;
    } catch (const Malformed&) {
        refuse(serialization(""));
    }
}

}  // namespace faasd::aws::dynamodb
