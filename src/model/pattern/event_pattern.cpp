#include "model/pattern/event_pattern.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "model/pattern/pattern_tree.hpp"

namespace faasd::model {
namespace {

using Node = EventPattern::Node;
using nlohmann::json;

// Lists within lists are looked into so deep: a hostile event must not use up the stack.
constexpr int kMaxLists = 32;

bool matches_node(const Node& node, const json& event, int lists);

// Whether a value is a leaf, or a list with one: what `exists` asks for.
bool has_leaf(const json& value, int lists) {
    if (value.is_object() || lists > kMaxLists) return false;
    if (!value.is_array()) return true;
    return std::any_of(value.begin(), value.end(), [&](const json& one) { return has_leaf(one, lists + 1); });
}

bool matches_values(const Node::Values& accepted, const json* value, int lists) {
    const bool there = value && has_leaf(*value, lists);
    for (const Matcher& matcher : accepted) {
        if (const auto* existence = std::get_if<Existence>(&matcher)) {
            if (existence->wanted == there) return true;
        }
    }
    if (!there) return false;
    if (value->is_array()) {
        return std::any_of(value->begin(), value->end(), [&](const json& one) {
            return has_leaf(one, lists + 1) && matches_values(accepted, &one, lists + 1);
        });
    }
    return std::any_of(accepted.begin(), accepted.end(), [&](const Matcher& matcher) {
        return !std::holds_alternative<Existence>(matcher) && accepts(matcher, *value);
    });
}

bool matches_field(const std::variant<Node::Values, std::shared_ptr<const Node>>& wanted, const json* value) {
    if (const auto* accepted = std::get_if<Node::Values>(&wanted)) return matches_values(*accepted, value, 0);
    static const json nothing = json::object();
    const Node& node = *std::get<std::shared_ptr<const Node>>(wanted);
    // What is missing, or is no object, still satisfies `exists: false` further down.
    return matches_node(node, value ? *value : nothing, 0);
}

bool matches_node(const Node& node, const json& event, int lists) {
    const auto holds_fields = [](const json& one) { return one.is_structured(); };
    if (event.is_array() && std::any_of(event.begin(), event.end(), holds_fields)) {
        return lists < kMaxLists && std::any_of(event.begin(), event.end(), [&](const json& one) {
                   return holds_fields(one) && matches_node(node, one, lists + 1);
               });
    }
    for (const auto& [name, wanted] : node.fields) {
        const json* value = nullptr;
        if (event.is_object()) {
            const auto found = event.find(name);
            if (found != event.end()) value = &*found;
        }
        if (!matches_field(wanted, value)) return false;
    }
    return std::all_of(node.alternatives.begin(), node.alternatives.end(), [&](const auto& one_of) {
        return std::any_of(one_of.begin(), one_of.end(),
                           [&](const auto& alternative) { return matches_node(*alternative, event, lists); });
    });
}

}  // namespace

std::string PatternMistake::where() const {
    std::string out;
    for (const auto& part : path) {
        if (const auto* key = std::get_if<std::string>(&part)) {
            out += (out.empty() ? "" : ".") + *key;
        } else {
            out += '[' + std::to_string(std::get<std::size_t>(part)) + ']';
        }
    }
    return out.empty() ? "the pattern" : out;
}

EventPattern::EventPattern(std::shared_ptr<const Node> root, std::string text)
    : root_(std::move(root)), text_(std::make_shared<const std::string>(std::move(text))) {}

std::variant<EventPattern, PatternMistake> EventPattern::compile(const json& pattern) {
    PatternCompiler compiler;
    auto root = compiler.compile(pattern);
    if (!root) return std::move(compiler.mistake);
    std::string text = base::to_text(pattern);
    if (text.size() > kMaxPatternSize)
        return PatternMistake{
            {},
            "the pattern has " + std::to_string(text.size()) + " characters, at most 4096 are allowed",
            "use several patterns, of which one has to match"};
    return EventPattern(std::move(root), std::move(text));
}

bool EventPattern::matches(const json& event) const {
    return matches_node(*root_, event, 0);
}

bool EventPattern::asks_only_for(const std::string& field) const {
    return root_->alternatives.empty() && root_->fields.size() == 1 && root_->fields.front().first == field;
}

EventPattern::Form EventPattern::form_of(const std::string& field) const {
    for (const auto& [name, wanted] : root_->fields) {
        if (name == field) return std::holds_alternative<Node::Values>(wanted) ? Form::values : Form::object;
    }
    for (const auto& one_of : root_->alternatives) {
        for (const auto& alternative : one_of) {
            for (const auto& [name, wanted] : alternative->fields) {
                if (name == field)
                    return std::holds_alternative<Node::Values>(wanted) ? Form::values : Form::object;
            }
        }
    }
    return Form::absent;
}

}  // namespace faasd::model
