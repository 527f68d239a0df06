#include "config/reading.hpp"

#include <algorithm>
#include <charconv>

#include "base/units.hpp"

namespace faasd::config {

using model::ResourceKind;

void Reading::error(const Node& at, std::string message, std::string hint) {
    diagnostics_.error(at.place, std::move(message), std::move(hint));
}
void Reading::warning(const Node& at, std::string message, std::string hint) {
    diagnostics_.warning(at.place, std::move(message), std::move(hint));
}

std::string Reading::where() const {
    std::string out;
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
        if (!out.empty()) out += " of ";
        out += *scope;
    }
    return out;
}

std::string shown(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null:
            return "nothing";
        case Node::Kind::list:
            return "a list";
        case Node::Kind::map:
            return "a mapping";
        case Node::Kind::scalar:
            break;
    }
    return node.text == node.written ? in_quotes(node.written) : "the value of " + in_quotes(node.written);
}

void Reading::wrong_form(const std::string& key, const Node& node, const std::string& wanted) {
    if (node.is_null()) {
        error(node, in_quotes(key) + " has no value", "write " + wanted);
    } else {
        error(node, in_quotes(key) + " is " + shown(node), "write " + wanted);
    }
}

std::optional<std::string> Reading::text(const std::string& key, const Node& node) {
    if (node.is_scalar()) return node.text;
    wrong_form(key, node, "one text");
    return std::nullopt;
}

std::optional<bool> Reading::boolean(const std::string& key, const Node& node) {
    if (node.is_scalar()) {
        if (node.text == "true" || node.text == "True" || node.text == "TRUE") return true;
        if (node.text == "false" || node.text == "False" || node.text == "FALSE") return false;
        error(node, in_quotes(key) + " is " + shown(node), "write true or false");
        return std::nullopt;
    }
    wrong_form(key, node, "true or false");
    return std::nullopt;
}

std::optional<std::int64_t> Reading::integer(const std::string& key, const Node& node,
                                             const ValueDescription& allowed) {
    if (!node.is_scalar()) {
        wrong_form(key, node, allowed_words(allowed));
        return std::nullopt;
    }
    std::int64_t value = 0;
    const char* end = node.text.data() + node.text.size();
    const auto parsed = std::from_chars(node.text.data(), end, value);
    if (parsed.ec == std::errc::invalid_argument || parsed.ptr != end) {
        error(node, in_quotes(key) + ": " + shown(node) + " is not a whole number",
              "write " + allowed_words(allowed));
        return std::nullopt;
    }
    if (parsed.ec != std::errc{} || (allowed.min && value < *allowed.min) ||
        (allowed.max && value > *allowed.max)) {
        error(node, in_quotes(key) + ": " + shown(node) + " is out of range",
              "allowed: " + allowed_words(allowed));
        return std::nullopt;
    }
    return value;
}

std::optional<base::Duration> Reading::duration(const std::string& key, const Node& node,
                                                const ValueDescription& allowed) {
    if (!node.is_scalar()) {
        wrong_form(key, node, allowed_words(allowed) + ": 250ms, 1.5s, 2m, 1h30m, 7d");
        return std::nullopt;
    }
    const auto value = base::parse_duration(node.text);
    if (!value) {
        error(node, in_quotes(key) + ": " + shown(node) + " is not a duration",
              "write a number with a unit: 250ms, 1.5s, 2m, 1h30m, 7d");
        return std::nullopt;
    }
    if ((allowed.min && value->count() < *allowed.min) || (allowed.max && value->count() > *allowed.max)) {
        error(node, in_quotes(key) + ": " + shown(node) + " is out of range",
              "allowed: " + allowed_words(allowed));
        return std::nullopt;
    }
    return *value;
}

std::optional<std::uint64_t> Reading::size(const std::string& key, const Node& node,
                                           const ValueDescription& allowed) {
    if (!node.is_scalar()) {
        wrong_form(key, node, allowed_words(allowed) + ": 512, 64KiB, 1.5MB");
        return std::nullopt;
    }
    const auto value = base::parse_size(node.text);
    if (!value) {
        error(node, in_quotes(key) + ": " + shown(node) + " is not a size",
              "write a number of bytes or one with a unit: 512, 64KiB, 1.5MB");
        return std::nullopt;
    }
    const auto bytes = static_cast<std::int64_t>(*value);
    if ((allowed.min && bytes < *allowed.min) || (allowed.max && bytes > *allowed.max)) {
        error(node, in_quotes(key) + ": " + shown(node) + " is out of range",
              "allowed: " + allowed_words(allowed));
        return std::nullopt;
    }
    return *value;
}

std::optional<std::size_t> Reading::choice(const std::string& key, const Node& node,
                                           const std::vector<std::string>& choices) {
    if (!node.is_scalar()) {
        wrong_form(key, node, "one of " + joined(choices));
        return std::nullopt;
    }
    const auto found = std::find(choices.begin(), choices.end(), node.text);
    if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
    error(node, in_quotes(key) + " can't be " + shown(node), guess_or_list(node.text, choices));
    return std::nullopt;
}

std::vector<const Node*> Reading::elements(const std::string& key, const Node& node) {
    std::vector<const Node*> out;
    if (node.is_scalar()) {
        out.push_back(&node);
    } else if (node.is_list()) {
        for (const Node& item : node.items)
            out.push_back(&item);
    } else {
        wrong_form(key, node, "a list: [a, b]");
    }
    return out;
}

std::optional<std::filesystem::path> Reading::path(const std::string& key, const Node& node) {
    const auto value = text(key, node);
    if (!value) return std::nullopt;
    if (value->empty() || value->size() > 4096 || value->find('\0') != std::string::npos) {
        error(node, in_quotes(key) + ": " + shown(node) + " is not a path",
              "write one that is relative to this file's folder");
        return std::nullopt;
    }
    return (folder_ / *value).lexically_normal();
}

void Reading::check_keys(const SectionDescription& section, const Node& at, const Node& map) {
    const std::vector<std::string> keys = section.keys();
    for (const Entry& entry : map.entries) {
        const std::string& key = entry.key.text;
        if (full() || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
        const auto foreign = std::find_if(section.foreign.begin(), section.foreign.end(),
                                          [&](const auto& one) { return one.first == key; });
        error(entry.key,
              "unknown key " + in_quotes(entry.key.written) + (where().empty() ? "" : " in " + where()),
              foreign != section.foreign.end() ? foreign->second : guess_or_list(key, keys));
    }
    for (const FieldDescription& field : section.fields)
        if (field.required && !map.find(field.key) && !has_misspelt(section, map, field.key))
            error(at, where() + " needs " + in_quotes(field.key),
                  field.key + ": " + allowed_words(field.value));
}

bool Reading::has_misspelt(const SectionDescription& section, const Node& map, std::string_view key) {
    const std::vector<std::string> keys = section.keys();
    return std::any_of(map.entries.begin(), map.entries.end(), [&](const Entry& entry) {
        const bool known = std::find(keys.begin(), keys.end(), entry.key.text) != keys.end();
        return !known && guess(entry.key.text, keys) == key;
    });
}

const model::FunctionDefinition* Reading::function(std::string_view name) const {
    const auto& names = names_.at(ResourceKind::function);
    const auto found = names.find(name);
    return found == names.end() ? nullptr : &app_->functions[found->second];
}
const model::QueueDefinition* Reading::queue(std::string_view name) const {
    const auto& names = names_.at(ResourceKind::queue);
    const auto found = names.find(name);
    return found == names.end() ? nullptr : &app_->queues[found->second];
}
bool Reading::has(ResourceKind kind, std::string_view name) const {
    return names_.at(kind).contains(name);
}

std::vector<std::string> names_of(const model::App& app, ResourceKind kind) {
    std::vector<std::string> names;
    switch (kind) {
        case ResourceKind::function:
            for (const auto& one : app.functions)
                names.push_back(one.name);
            break;
        case ResourceKind::queue:
            for (const auto& one : app.queues)
                names.push_back(one.name);
            break;
        case ResourceKind::bucket:
            for (const auto& one : app.buckets)
                names.push_back(one.name);
            break;
        case ResourceKind::table:
            for (const auto& one : app.tables)
                names.push_back(one.definition.name);
            break;
        case ResourceKind::dependency:
            for (const auto& one : app.dependencies)
                names.push_back(one.name);
            break;
    }
    return names;
}

void Reading::refer(ResourceKind kind, const Node& at, std::string name) {
    at_end([this, kind, &at, name = std::move(name)](const model::App& app) {
        check_reference(kind, at, name, app);
    });
}

void Reading::check_reference(ResourceKind kind, const Node& at, const std::string& name,
                              const model::App& app) {
    if (unknown_.contains(kind) || has(kind, name) || full()) return;
    const std::string what(to_string(kind));
    const std::string several = kind == ResourceKind::dependency ? "dependencies" : what + 's';
    std::string hint;
    if (names_.at(kind).size() <= kMaxCandidates)
        hint = guess_or_list(name, names_of(app, kind), several + " of this file");
    if (hint.empty()) hint = "name it under '" + several + ":'";
    error(at, "there is no " + what + ' ' + in_quotes(at.text == at.written ? name : at.written), hint);
}

void Reading::finish(const model::App& app) {
    app_ = &app;
    for (const auto kind :
         {ResourceKind::function, ResourceKind::queue, ResourceKind::bucket, ResourceKind::table,
          ResourceKind::dependency}) {
        auto& names = names_[kind];
        std::size_t index = 0;
        for (std::string& name : names_of(app, kind))
            names.try_emplace(std::move(name), index++);
    }
    for (const auto& check : checks_)
        check(app);
}

}  // namespace faasd::config
