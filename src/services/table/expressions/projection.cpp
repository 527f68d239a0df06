#include "services/table/expressions/projection.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "services/table/expressions/parser.hpp"

namespace faasd::table {
namespace {

class ProjectionParser : private Parser {
  public:
    ProjectionParser(std::string_view text, NameUsage& usage)
        : Parser(ExpressionKind::projection, text, usage) {}

    [[nodiscard]] base::Result<Paths> parse() {
        if (auto good = check_text(); !good) return good.error();
        Paths paths;
        do {
            if (!path(paths.emplace_back())) break;
        } while (accept(TokenKind::comma));
        if (!failed()) expect(TokenKind::end);
        if (auto good = verdict(); !good) return good.error();
        if (auto good = check_paths(paths); !good) return good.error();
        return paths;
    }
};

// The paths as a tree, so that what they share is built once and list elements come out in their order.
struct Choice {
    bool whole = false;
    std::map<PathElement, Choice> parts;
};

std::optional<model::AttributeValue> choose(const model::AttributeValue& value, const Choice& choice) {
    if (choice.whole) return value;
    if (const auto* map = std::get_if<model::Item>(&value.value)) {
        model::Item chosen;
        for (const auto& [element, part] : choice.parts) {
            const auto* name = std::get_if<std::string>(&element);
            const auto found = name ? map->find(*name) : map->end();
            if (found == map->end()) continue;
            if (auto inner = choose(found->second, part)) chosen.emplace(*name, std::move(*inner));
        }
        if (!chosen.empty()) return model::AttributeValue{std::move(chosen)};
    } else if (const auto* list = std::get_if<model::List>(&value.value)) {
        model::List chosen;
        for (const auto& [element, part] : choice.parts) {
            const auto* index = std::get_if<std::uint32_t>(&element);
            if (!index || *index >= list->size()) continue;
            if (auto inner = choose((*list)[*index], part)) chosen.push_back(std::move(*inner));
        }
        if (!chosen.empty()) return model::AttributeValue{std::move(chosen)};
    }
    return std::nullopt;
}

}  // namespace

base::Result<Paths> parse_projection(std::string_view text, NameUsage& usage) {
    return ProjectionParser(text, usage).parse();
}

std::vector<const Path*> pointers_to(const Paths& paths) {
    std::vector<const Path*> pointers;
    for (const Path& path : paths)
        pointers.push_back(&path);
    return pointers;
}

model::Item project(const model::Item& item, const Paths& paths) {
    std::map<std::string, Choice> choices;
    for (const Path& path : paths) {
        Choice* at = &choices[std::get<std::string>(path.front())];
        for (std::size_t i = 1; i < path.size(); ++i)
            at = &at->parts[path[i]];
        at->whole = true;
    }
    model::Item chosen;
    for (const auto& [name, choice] : choices) {
        const auto found = item.find(name);
        if (found == item.end()) continue;
        if (auto value = choose(found->second, choice)) chosen.emplace(name, std::move(*value));
    }
    return chosen;
}

}  // namespace faasd::table
