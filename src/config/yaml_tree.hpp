// YAML text -> a tree of plain values with places, whatever the text is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/diagnostics.hpp"

namespace faasd::config {

struct Entry;

// Owns all below it. At most kMaxDepth deep.
struct Node {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    Place place;
    std::string text;            // of a scalar, with its variables replaced
    std::string written;         // of a scalar, as the file has it: the only form that messages may show
    bool plain = false;          // a scalar without quotes: it may be a number, a boolean or null
    std::vector<Node> items;     // of a list
    std::vector<Entry> entries;  // of a map, in order; keys are distinct scalars

    [[nodiscard]] bool is_null() const { return kind == Kind::null; }
    [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
    [[nodiscard]] bool is_list() const { return kind == Kind::list; }
    [[nodiscard]] bool is_map() const { return kind == Kind::map; }
    // The value of a map's key, or nullptr.
    [[nodiscard]] const Node* find(std::string_view key) const;
};
struct Entry {
    Node key;
    Node value;
};

// Aliases are copied, and merge keys (<<) resolved, within a budget of nodes and bytes; depth, size,
// encoding, duplicate keys and variables are checked. nullopt where the text is no YAML or is over a limit;
// otherwise a tree, even if some diagnostics are errors. An empty document is a null node.
[[nodiscard]] std::optional<Node> parse_yaml(std::string_view text, const Environment& env,
                                             Diagnostics& diagnostics);

}  // namespace faasd::config
