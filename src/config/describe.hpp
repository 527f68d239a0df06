// What a configuration may say: the one description that the parser, the JSON Schema and the reference page
// share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faasd::config {

struct SectionDescription;

struct ValueDescription {
    enum class Kind { text, choice, boolean, integer, duration, size, anything, list, map, section, either };
    Kind kind = Kind::text;
    std::string words;                     // "a duration": for tables and messages; empty: from the kind
    std::string pattern;                   // of a text, or of a map's keys: an ECMAScript regular expression
    std::vector<std::string> choices;      // of a choice
    std::optional<std::int64_t> min, max;  // of an integer; of a duration in microseconds; of a size in bytes
    std::vector<ValueDescription> parts;   // of a list or map: its element; of either: the forms
    const SectionDescription* section = nullptr;

    static ValueDescription text(std::string words, std::string pattern = {});
    static ValueDescription list_of(ValueDescription element);  // one element may stand alone
    static ValueDescription map_of(ValueDescription element, std::string words, std::string key_pattern = {});
    static ValueDescription either(std::vector<ValueDescription> forms);
    static ValueDescription of(const SectionDescription& section);
};

struct FieldDescription {
    std::string key;
    ValueDescription value;
    std::string doc;           // one or two sentences of Markdown
    std::string default_json;  // as JSON; empty: none
    bool required = false;
};

struct SectionDescription {
    std::string name;   // "function", "queue consumer"
    std::string title;  // of its chapter: "functions.<name>"
    std::string doc;
    std::vector<FieldDescription> fields;
    // Keys of other tools, with what to write instead.
    std::vector<std::pair<std::string, std::string>> foreign;

    [[nodiscard]] std::vector<std::string> keys() const;
};

// "an integer, 1 to 10000"; "one of a, b": for the hint of a message and for the reference page.
[[nodiscard]] std::string allowed_words(const ValueDescription& value);

}  // namespace faasd::config
