// The tables: a section is a list of fields, and a field is a key, what it allows, its default (read from the
// model itself), its documentation, and how it is read.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/units.hpp"
#include "config/names.hpp"
#include "config/reading.hpp"

namespace faasd::config {

template <class T>
struct Field {
    FieldDescription description;
    std::function<void(Reading&, const Node& value, T& into)> read;

    Field required() && {
        description.required = true;
        description.default_json.clear();
        return std::move(*this);
    }
    Field without_default() && {
        description.default_json.clear();
        return std::move(*this);
    }
};

template <class T>
class Section {
  public:
    using Check = std::function<void(Reading&, const Node& at, const Node& map, T&)>;
    using ShortForm = std::function<void(Reading&, const Node&, T&)>;

    Section(std::string name, std::string title, std::string doc, std::vector<Field<T>> fields)
        : fields_(std::move(fields)), description_(std::make_unique<SectionDescription>()) {
        description_->name = std::move(name);
        description_->title = std::move(title);
        description_->doc = std::move(doc);
        for (const Field<T>& field : fields_)
            description_->fields.push_back(field.description);
    }

    // What may stand in place of the mapping; `read` gets every scalar and list.
    Section short_form(ValueDescription what, ShortForm read) && {
        short_what_ = std::move(what);
        short_read_ = std::move(read);
        return std::move(*this);
    }
    // Nothing at all means every default.
    Section may_be_empty() && {
        may_be_empty_ = true;
        return std::move(*this);
    }
    // What several fields have to agree on; `at` is where the thing is named.
    Section check(Check check) && {
        check_ = std::move(check);
        return std::move(*this);
    }
    Section foreign(std::vector<std::pair<std::string, std::string>> keys) && {
        description_->foreign = std::move(keys);
        return std::move(*this);
    }

    // Whatever is wrong is reported, and the rest is still read.
    void read(Reading& reading, const Node& at, const Node& node, T& into) const {
        if (node.is_map() || (node.is_null() && may_be_empty_)) {
            reading.check_keys(*description_, at, node);
            for (const Entry& entry : node.entries)
                for (const Field<T>& field : fields_)
                    if (field.description.key == entry.key.text) field.read(reading, entry.value, into);
            if (check_) check_(reading, at, node, into);
        } else if (short_read_ && !node.is_null()) {
            short_read_(reading, node, into);
        } else {
            reading.error(node, reading.where() + (node.is_null() ? " is empty" : " is " + shown(node)),
                          "write " + allowed_words(value()));
        }
    }

    [[nodiscard]] const SectionDescription& description() const { return *description_; }
    [[nodiscard]] ValueDescription value() const {
        const ValueDescription whole = ValueDescription::of(*description_);
        return short_read_ ? ValueDescription::either({short_what_, whole}) : whole;
    }

  private:
    std::vector<Field<T>> fields_;
    std::unique_ptr<SectionDescription> description_;  // keeps its address
    ValueDescription short_what_;
    ShortForm short_read_;
    Check check_;
    bool may_be_empty_ = false;
};

// `member` is a pointer to a member or a callable that gives a reference into the T. T{} has the default.
template <class T, class Member>
Field<T> text_field(std::string key, Member member, std::string words, std::string doc) {
    T defaults{};
    return {{key, ValueDescription::text(std::move(words)), std::move(doc),
             std::string(std::invoke(member, defaults)).empty()
                 ? std::string()
                 : base::to_text(nlohmann::json(std::string(std::invoke(member, defaults)))),
             false},
            [key, member](Reading& reading, const Node& node, T& into) {
                if (auto value = reading.text(key, node)) std::invoke(member, into) = std::move(*value);
            }};
}

template <class T, class Member>
Field<T> boolean_field(std::string key, Member member, std::string doc) {
    T defaults{};
    ValueDescription what;
    what.kind = ValueDescription::Kind::boolean;
    return {{key, what, std::move(doc), std::invoke(member, defaults) ? "true" : "false", false},
            [key, member](Reading& reading, const Node& node, T& into) {
                if (const auto value = reading.boolean(key, node)) std::invoke(member, into) = *value;
            }};
}

template <class T, class Member>
Field<T> integer_field(std::string key, Member member, std::int64_t min, std::int64_t max, std::string doc) {
    T defaults{};
    ValueDescription what;
    what.kind = ValueDescription::Kind::integer;
    what.min = min;
    what.max = max;
    std::string default_json;
    if constexpr (requires { std::invoke(member, defaults).has_value(); }) {
        if (std::invoke(member, defaults)) default_json = std::to_string(*std::invoke(member, defaults));
    } else {
        default_json = std::to_string(std::invoke(member, defaults));
    }
    return {{key, what, std::move(doc), std::move(default_json), false},
            [key, member, what](Reading& reading, const Node& node, T& into) {
                if (const auto value = reading.integer(key, node, what))
                    std::invoke(member, into) = static_cast<std::uint32_t>(*value);
            }};
}

template <class T, class Member>
Field<T> duration_field(std::string key, Member member, base::Duration min, base::Duration max,
                        std::string doc) {
    T defaults{};
    ValueDescription what;
    what.kind = ValueDescription::Kind::duration;
    what.min = min.count();
    what.max = max.count();
    std::string default_json;
    const auto show = [](base::Duration value) {
        return '"' + (value == base::Duration::zero() ? "0s" : base::format_duration(value)) + '"';
    };
    if constexpr (requires { std::invoke(member, defaults).has_value(); }) {
        if (std::invoke(member, defaults)) default_json = show(*std::invoke(member, defaults));
    } else {
        default_json = show(std::invoke(member, defaults));
    }
    return {{key, what, std::move(doc), std::move(default_json), false},
            [key, member, what](Reading& reading, const Node& node, T& into) {
                if (const auto value = reading.duration(key, node, what)) std::invoke(member, into) = *value;
            }};
}

template <class T, class Member>
Field<T> size_field(std::string key, Member member, std::int64_t min, std::int64_t max, std::string doc) {
    T defaults{};
    ValueDescription what;
    what.kind = ValueDescription::Kind::size;
    what.min = min;
    what.max = max;
    std::string shown = base::format_size(std::invoke(member, defaults));
    std::erase(shown, ' ');
    return {{key, what, std::move(doc), '"' + shown + '"', false},
            [key, member, what](Reading& reading, const Node& node, T& into) {
                using Value = std::remove_cvref_t<decltype(std::invoke(member, into))>;
                if (const auto value = reading.size(key, node, what))
                    std::invoke(member, into) = static_cast<Value>(*value);
            }};
}

// `values[i]` is what the i-th choice means.
template <class T, class Member, class Value>
Field<T> choice_field(std::string key, Member member, std::vector<std::pair<std::string, Value>> meanings,
                      std::string doc) {
    T defaults{};
    ValueDescription what;
    what.kind = ValueDescription::Kind::choice;
    std::string default_json;
    for (const auto& [word, meaning] : meanings) {
        what.choices.push_back(word);
        if (std::invoke(member, defaults) == meaning) default_json = '"' + word + '"';
    }
    return {{key, what, std::move(doc), default_json, false},
            [key, member, what, meanings](Reading& reading, const Node& node, T& into) {
                if (const auto index = reading.choice(key, node, what.choices))
                    std::invoke(member, into) = meanings[*index].second;
            }};
}

// A list of texts; `choices` empty: any text.
template <class T, class Member>
Field<T> list_field(std::string key, Member member, std::string words, std::vector<std::string> choices,
                    std::string doc) {
    T defaults{};
    ValueDescription element = ValueDescription::text(std::move(words));
    if (!choices.empty()) element.kind = ValueDescription::Kind::choice;
    element.choices = choices;
    const std::vector<std::string> preset = std::invoke(member, defaults);
    return {{key, ValueDescription::list_of(element), std::move(doc),
             preset.empty() ? std::string() : base::to_text(nlohmann::json(preset)), false},
            [key, member, choices](Reading& reading, const Node& node, T& into) {
                std::vector<std::string> values;
                for (const Node* element_node : reading.elements(key, node)) {
                    if (!choices.empty()) {
                        if (const auto index = reading.choice(key, *element_node, choices))
                            values.push_back(choices[*index]);
                    } else if (auto value = reading.text(key, *element_node)) {
                        values.push_back(std::move(*value));
                    }
                }
                std::invoke(member, into) = std::move(values);
            }};
}

// The name of something else in the file.
template <class T, class Member>
Field<T> reference_field(std::string key, Member member, model::ResourceKind kind, std::string doc) {
    return {{key,
             ValueDescription::text("the name of a " + std::string(to_string(kind))),
             std::move(doc),
             {},
             false},
            [key, member, kind](Reading& reading, const Node& node, T& into) {
                if (auto value = reading.text(key, node)) {
                    reading.refer(kind, node, *value);
                    std::invoke(member, into) = std::move(*value);
                }
            }};
}

// A section of its own, in an optional.
template <class T, class Part, class Member>
Field<T> section_field(std::string key, Member member, const Section<Part>& section, std::string doc) {
    return {{key, section.value(), std::move(doc), {}, false},
            [key, member, &section](Reading& reading, const Node& node, T& into) {
                Reading::Scope scope(reading, key);
                section.read(reading, node, node, std::invoke(member, into).emplace());
            }};
}

// A mapping from names to definitions. `names_only`: a list of names stands for definitions with every
// default.
template <class T, class Part>
Field<T> named_field(std::string key, std::vector<Part> T::*member, const Section<Part>& section,
                     const NameRule& rule, std::string doc, std::optional<model::ResourceKind> kind = {},
                     bool names_only = false) {
    const std::string what = section.description().name;
    ValueDescription form = ValueDescription::map_of(section.value(), "a mapping by name", rule.pattern);
    if (names_only)
        form = ValueDescription::either(
            {std::move(form), ValueDescription::list_of(ValueDescription::text("a name", rule.pattern))});
    const auto add = [member, what, &section, &rule](Reading& reading, const Node& name, const Node& node,
                                                     T& into) {
        check_name(reading, name, rule);
        Part part;
        if constexpr (requires { part.definition.name; }) {
            part.definition.name = name.text;
        } else {
            part.name = name.text;
        }
        if constexpr (requires { part.at; }) part.at = reading.position(name);
        Reading::Scope scope(reading, what + ' ' + in_quotes(name.written));
        section.read(reading, name, node, part);
        (into.*member).push_back(std::move(part));
    };
    return {{key, std::move(form), std::move(doc), {}, false},
            [key, add, kind, names_only](Reading& reading, const Node& node, T& into) {
                if (node.is_map()) {
                    for (const Entry& entry : node.entries)
                        add(reading, entry.key, entry.value, into);
                } else if (names_only && node.is_list() &&
                           std::all_of(node.items.begin(), node.items.end(),
                                       [](const Node& n) { return n.is_scalar(); })) {
                    static const Node nothing;
                    std::set<std::string> names;
                    for (const Node& item : node.items) {
                        if (names.insert(item.text).second) {
                            add(reading, item, nothing, into);
                        } else {
                            reading.error(item, in_quotes(item.written) + " is there twice");
                        }
                    }
                } else if (!node.is_null()) {
                    if (kind) reading.give_up_on(*kind);
                    const Node* name =
                        node.is_list() && !node.items.empty() ? node.items.front().find("name") : nullptr;
                    const std::string example = name && name->is_scalar() ? name->written : "name";
                    reading.wrong_form(key, node,
                                       "a mapping by name: '" + key + ": { " + example + ": ... }'");
                }
            }};
}

}  // namespace faasd::config
