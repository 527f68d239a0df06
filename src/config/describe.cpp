#include "config/describe.hpp"

#include "base/units.hpp"
#include "config/diagnostics.hpp"

namespace faasd::config {

using Kind = ValueDescription::Kind;

ValueDescription ValueDescription::text(std::string words, std::string pattern) {
    ValueDescription value;
    value.words = std::move(words);
    value.pattern = std::move(pattern);
    return value;
}

ValueDescription ValueDescription::list_of(ValueDescription element) {
    ValueDescription value;
    value.kind = Kind::list;
    value.parts.push_back(std::move(element));
    return value;
}

ValueDescription ValueDescription::map_of(ValueDescription element, std::string words,
                                          std::string key_pattern) {
    ValueDescription value;
    value.kind = Kind::map;
    value.words = std::move(words);
    value.pattern = std::move(key_pattern);
    value.parts.push_back(std::move(element));
    return value;
}

ValueDescription ValueDescription::either(std::vector<ValueDescription> forms) {
    ValueDescription value;
    value.kind = Kind::either;
    value.parts = std::move(forms);
    return value;
}

ValueDescription ValueDescription::of(const SectionDescription& section) {
    ValueDescription value;
    value.kind = Kind::section;
    value.section = &section;
    return value;
}

std::vector<std::string> SectionDescription::keys() const {
    std::vector<std::string> keys;
    for (const FieldDescription& field : fields)
        keys.push_back(field.key);
    return keys;
}

std::string allowed_words(const ValueDescription& value) {
    const auto range = [&](const std::string& what, auto&& show) {
        if (value.min && value.max) return what + ", " + show(*value.min) + " to " + show(*value.max);
        if (value.min) return what + ", at least " + show(*value.min);
        return what;
    };
    switch (value.kind) {
        case Kind::text:
            return value.words.empty() ? "text" : value.words;
        case Kind::choice:
            return "one of " + joined(value.choices);
        case Kind::boolean:
            return "true or false";
        case Kind::integer:
            return range("a whole number", [](std::int64_t n) { return std::to_string(n); });
        case Kind::duration:
            return range("a duration",
                         [](std::int64_t n) { return base::format_duration(base::Duration{n}); });
        case Kind::size:
            return range("a size",
                         [](std::int64_t n) { return base::format_size(static_cast<std::uint64_t>(n)); });
        case Kind::anything:
            return "anything";
        case Kind::list:
            return "a list of " + allowed_words(value.parts.front());
        case Kind::map:
            return value.words;
        case Kind::section:
            return "a mapping (" + value.section->title + ")";
        case Kind::either: {
            std::string words;
            for (const ValueDescription& form : value.parts)
                words += (words.empty() ? "" : "; or ") + allowed_words(form);
            return words;
        }
    }
    return {};
}

}  // namespace faasd::config
