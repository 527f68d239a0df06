#include "aws/dynamodb/value_json.hpp"

#include <array>
#include <set>

#include "aws/dynamodb/refusals.hpp"
#include "base/digest.hpp"
#include "base/overloaded.hpp"
#include "items/attribute_value.hpp"
#include "items/number.hpp"

namespace faasd::aws::dynamodb {
namespace {

using Kind = JsonReader::Kind;
using model::AttributeValue;

constexpr std::string_view kTooDeep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
    "supported limit";

void take_note(Note& note, std::string_view what, bool stands_alone = false) {
    if (!note) note = {std::string(what), stands_alone};
}
std::string parameter(std::string_view what) {
    return "One or more parameter values were invalid: " + std::string(what);
}

[[noreturn]] void wrong_type(std::string message) {
    refuse(serialization(std::move(message)));
}

bool is_integer(std::string_view number) {
    return number.find_first_of(".eE") == std::string_view::npos;
}

std::string scalar_name(JsonReader& reader, Kind kind) {
    if (kind == Kind::boolean) return reader.boolean() ? "TRUE_VALUE" : "FALSE_VALUE";
    if (kind == Kind::number) return is_integer(reader.number()) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
    return "STRING_VALUE";
}

void read_text(JsonReader& reader, std::string& out) {
    const Kind kind = reader.peek();
    if (kind == Kind::string) return reader.string(out);
    if (kind == Kind::object) wrong_type("Start of structure or map found where not expected");
    if (kind == Kind::array) wrong_type("Unrecognized collection type class java.lang.String");
    wrong_type(scalar_name(reader, kind) + " cannot be converted to String");
}

bool read_flag(JsonReader& reader) {
    const Kind kind = reader.peek();
    if (kind == Kind::boolean) return reader.boolean();
    if (kind == Kind::object) wrong_type("Start of structure or map found where not expected");
    if (kind == Kind::array) wrong_type("Unrecognized collection type class java.lang.Boolean");
    if (kind == Kind::number) wrong_type(scalar_name(reader, kind) + " cannot be converted to Boolean");
    std::string text;
    reader.string(text);
    for (const std::string_view yes : {"true", "TRUE", "True", "1", "yes", "YES"})
        if (text == yes) return true;
    for (const std::string_view no : {"false", "FALSE", "False", "0", "no", "NO"})
        if (text == no) return false;
    wrong_type("Unexpected token received from parser");
}

std::string read_bytes(JsonReader& reader, std::string* as_text = nullptr) {
    const Kind kind = reader.peek();
    if (kind == Kind::object) wrong_type("Start of structure or map found where not expected");
    if (kind == Kind::array) wrong_type("Unrecognized collection type class java.nio.ByteBuffer");
    if (kind != Kind::string) wrong_type("only base-64-encoded strings are convertible to bytes");
    std::string text;
    reader.string(text);
    if (text.size() % 4 != 0)
        wrong_type("Base64 encoded length is expected a multiple of 4 bytes but found: " +
                   std::to_string(text.size()));
    auto bytes = base::base64_decode(text);
    if (!bytes) wrong_type("Invalid last non-pad Base64 character dectected");
    if (as_text) *as_text = std::move(text);
    return std::move(*bytes);
}

void begin_list(JsonReader& reader) {
    const Kind kind = reader.peek();
    if (kind == Kind::object) wrong_type("Start of structure or map found where not expected");
    if (kind != Kind::array) wrong_type("Unexpected field type");
    reader.begin_array();
}

std::string canonical(std::string text, Note& note) {
    if (text.empty()) {
        take_note(note, "The parameter cannot be converted to a numeric value", true);
        return text;
    }
    auto number = items::make_number(text);
    if (number) return std::move(number->text);
    take_note(note, number.error().message, true);
    return text;
}

enum class SetOf { strings, numbers, binaries };

std::set<std::string> read_set(JsonReader& reader, SetOf kind, Note& note) {
    begin_list(reader);
    std::set<std::string> values;
    std::string printed;
    bool repeated = false, any = false;
    while (reader.next_element()) {
        if (reader.peek() == Kind::null) {
            reader.null();
            continue;
        }
        std::string shown, value;
        if (kind == SetOf::binaries) {
            value = read_bytes(reader, &shown);
        } else {
            read_text(reader, value);
            shown = value;
        }
        if (kind == SetOf::numbers) value = canonical(std::move(value), note);
        if (any) printed += ", ";
        printed += shown;
        any = true;
        repeated = !values.insert(std::move(value)).second || repeated;
    }
    if (!any) {
        if (kind == SetOf::strings) take_note(note, parameter("An string set  may not be empty"));
        if (kind == SetOf::numbers) take_note(note, parameter("An number set  may not be empty"), true);
        if (kind == SetOf::binaries) take_note(note, parameter("Binary sets should not be empty"));
    } else if (repeated) {
        if (kind == SetOf::numbers) take_note(note, "Input collection contains duplicates", true);
        if (kind == SetOf::strings)
            take_note(note, parameter("Input collection [" + printed + "] contains duplicates."), true);
        if (kind == SetOf::binaries)
            take_note(note, parameter("Input collection [" + printed + "]of type BS contains duplicates."), true);
    }
    return values;
}

AttributeValue value_at(JsonReader& reader, Note& note, std::string_view wrong, int depth);

void read_members(JsonReader& reader, model::Item& item, Note& note, int depth) {
    const Kind kind = reader.peek();
    if (kind == Kind::array)
        wrong_type(
            "Unrecognized collection type java.util.Map<java.lang.String, "
            "com.amazonaws.dynamodb.v20120810.AttributeValue>");
    if (kind != Kind::object) wrong_type("Unexpected field type");
    reader.begin_object();
    std::string name;
    while (reader.next_member(name)) {
        AttributeValue value = value_at(reader, note, "Unexpected value type in payload", depth);
        item.insert_or_assign(name, std::move(value));
    }
}

// False for a member that is no type.
bool read_content(JsonReader& reader, std::string_view type, AttributeValue& out, Note& note,
                  int depth) {
    if (type == "S") {
        read_text(reader, out.value.emplace<std::string>());
    } else if (type == "N") {
        std::string text;
        read_text(reader, text);
        out.value = model::Number{canonical(std::move(text), note)};
    } else if (type == "B") {
        out.value = model::Binary{read_bytes(reader)};
    } else if (type == "BOOL") {
        out.value = read_flag(reader);
    } else if (type == "NULL") {
        if (!read_flag(reader))
            take_note(note, parameter("Null attribute value types must have the value of true"));
        out.value = model::Null{};
    } else if (type == "SS") {
        out.value = model::StringSet{read_set(reader, SetOf::strings, note)};
    } else if (type == "NS") {
        out.value = model::NumberSet{read_set(reader, SetOf::numbers, note)};
    } else if (type == "BS") {
        out.value = model::BinarySet{read_set(reader, SetOf::binaries, note)};
    } else if (type == "L" || type == "M") {
        if (depth >= items::kMaxNesting) {
            take_note(note, kTooDeep);
            reader.skip();
            return true;
        }
        if (type == "M") {
            read_members(reader, out.value.emplace<model::Item>(), note, depth + 1);
        } else {
            begin_list(reader);
            auto& list = out.value.emplace<model::List>();
            while (reader.next_element())
                list.push_back(value_at(reader, note, "Unexpected value type in payload", depth + 1));
        }
    } else {
        return false;
    }
    return true;
}

AttributeValue value_at(JsonReader& reader, Note& note, std::string_view wrong, int depth) {
    AttributeValue value;
    const Kind kind = reader.peek();
    int types = 0;
    if (kind == Kind::null) {
        reader.null();
    } else if (kind == Kind::array) {
        wrong_type("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
    } else if (kind != Kind::object) {
        wrong_type(std::string(wrong));
    } else {
        reader.begin_object();
        std::string type;
        while (reader.next_member(type)) {
            if (reader.peek() == Kind::null) {
                reader.null();
                continue;
            }
            if (read_content(reader, type, value, note, depth)) {
                ++types;
            } else {
                reader.skip();
            }
        }
    }
    if (types == 0)
        take_note(note,
                  "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    if (types > 1)
        take_note(note,
                  "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                  "supported datatypes");
    return value;
}

template <class Set, class Each>
void write_set(std::string& out, const Set& values, const Each& each) {
    out.push_back('[');
    bool first = true;
    for (const std::string& value : values) {
        if (!first) out.push_back(',');
        first = false;
        each(value);
    }
    out.push_back(']');
}

}  // namespace

AttributeValue read_value(JsonReader& reader, Note& note, std::string_view wrong) {
    return value_at(reader, note, wrong, 0);
}

model::Item read_item(JsonReader& reader, Note& note) {
    model::Item item;
    read_members(reader, item, note, 0);
    return item;
}

void write_string(std::string& out, std::string_view text) {
    static constexpr std::array kHex{'0', '1', '2', '3', '4', '5', '6', '7',
                                     '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    out.push_back('"');
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, from, i - from);
        from = i + 1;
        out.push_back('\\');
        switch (c) {
            case '"':
            case '\\':
                out.push_back(static_cast<char>(c));
                break;
            case '\n':
                out.push_back('n');
                break;
            case '\r':
                out.push_back('r');
                break;
            case '\t':
                out.push_back('t');
                break;
            default:
                out.append("u00").append(1, kHex[c >> 4]).append(1, kHex[c & 15U]);
        }
    }
    out.append(text, from);
    out.push_back('"');
}

void write_value(std::string& out, const AttributeValue& value) {
    const auto text = [&](const std::string& one) { write_string(out, one); };
    const auto bytes = [&](const std::string& one) { write_string(out, base::base64_encode(one)); };
    out.append("{\"").append(items::type_name(value)).append("\":");
    std::visit(base::Overloaded{
                   [&](const model::Null&) { out += "true"; },
                   [&](bool flag) { out += flag ? "true" : "false"; },
                   [&](const std::string& one) { text(one); },
                   [&](const model::Number& number) { text(number.text); },
                   [&](const model::Binary& binary) { bytes(binary.bytes); },
                   [&](const model::StringSet& set) { write_set(out, set.values, text); },
                   [&](const model::NumberSet& set) { write_set(out, set.values, text); },
                   [&](const model::BinarySet& set) { write_set(out, set.values, bytes); },
                   [&](const model::List& list) {
                       out.push_back('[');
                       for (std::size_t i = 0; i < list.size(); ++i) {
                           if (i > 0) out.push_back(',');
                           write_value(out, list[i]);
                       }
                       out.push_back(']');
                   },
                   [&](const model::Item& map) { write_item(out, map); },
               },
               value.value);
    out.push_back('}');
}

void write_item(std::string& out, const model::Item& item) {
    out.push_back('{');
    bool first = true;
    for (const auto& [name, value] : item) {
        if (!first) out.push_back(',');
        first = false;
        write_string(out, name);
        out.push_back(':');
        write_value(out, value);
    }
    out.push_back('}');
}

}  // namespace faasd::aws::dynamodb
