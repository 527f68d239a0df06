#include "config/filter_field.hpp"

#include "base/json.hpp"
#include "config/node_json.hpp"

namespace faasd::config {
namespace {

using model::EventPattern;
using model::PatternMistake;

// The node that a mistake is about: as near to it as the file's own structure goes.
const Node& node_of(const Node& pattern, const PatternMistake& mistake) {
    const Node* at = &pattern;
    const Node* shown = at;
    for (const auto& part : mistake.path) {
        if (const auto* key = std::get_if<std::string>(&part)) {
            const Entry* found = nullptr;
            for (const Entry& entry : at->entries)
                if (entry.key.text == *key) found = &entry;
            if (!found) break;
            at = &found->value;
            shown = &found->key;
        } else {
            const std::size_t index = std::get<std::size_t>(part);
            if (!at->is_list() || index >= at->items.size()) break;
            shown = at = &at->items[index];
        }
    }
    return *shown;
}

void read_pattern(Reading& reading, const Node& node, std::vector<EventPattern>& into) {
    nlohmann::json json;
    if (node.is_scalar()) {
        json = base::parse_json(node.text);
        if (json.is_discarded()) {
            reading.error(node, "'filters': " + shown(node) + " is not a pattern: it is not JSON",
                          "write the pattern as a mapping, for example { body: { kind: [order] } }");
            return;
        }
    } else {
        json = to_json(node);
    }
    auto compiled = EventPattern::compile(json);
    if (const auto* mistake = std::get_if<PatternMistake>(&compiled)) {
        reading.error(node_of(node, *mistake), "'filters': " + mistake->where() + ": " + mistake->message,
                      mistake->hint);
    } else {
        into.push_back(std::get<EventPattern>(std::move(compiled)));
    }
}

}  // namespace

void read_patterns(Reading& reading, const Node& node, std::vector<EventPattern>& into) {
    if (const Node* criteria = node.find("Filters"); node.is_map() && criteria) {
        reading.error(*criteria, "'Filters' is CloudFormation's form",
                      "list the patterns themselves below 'filters'");
        return;
    }
    if (!node.is_list()) {
        if (node.is_null()) {
            reading.wrong_form("filters", node, "a pattern or a list of patterns");
        } else {
            read_pattern(reading, node, into);
        }
        return;
    }
    if (node.items.empty()) reading.error(node, "'filters' is empty", "leave it out to get everything");
    if (node.items.size() > model::kMaxPatterns)
        reading.error(node.items[model::kMaxPatterns], "at most 10 filters are allowed, as in Lambda",
                      "a pattern itself may list values and have '$or'");
    for (const Node& item : node.items)
        read_pattern(reading, item, into);
}

}  // namespace faasd::config
