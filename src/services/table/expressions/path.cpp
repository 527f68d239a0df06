#include "services/table/expressions/path.hpp"

#include <algorithm>

namespace faasd::table {

std::string describe(const Path& path) {
    std::string out = "[";
    for (const PathElement& element : path) {
        if (out.size() > 1) out += ", ";
        if (const auto* name = std::get_if<std::string>(&element)) {
            out += *name;
        } else {
            out += "[" + std::to_string(std::get<std::uint32_t>(element)) + "]";
        }
    }
    return out + "]";
}

const model::AttributeValue* find(const model::Item& item, const Path& path) {
    const model::AttributeValue* value = nullptr;
    const model::Item* map = &item;
    for (const PathElement& element : path) {
        if (value) map = std::get_if<model::Item>(&value->value);
        if (const auto* name = std::get_if<std::string>(&element)) {
            if (!map) return nullptr;
            const auto found = map->find(*name);
            if (found == map->end()) return nullptr;
            value = &found->second;
        } else {
            const auto* list = value ? std::get_if<model::List>(&value->value) : nullptr;
            const std::uint32_t index = std::get<std::uint32_t>(element);
            if (!list || index >= list->size()) return nullptr;
            value = &(*list)[index];
        }
    }
    return value;
}

PathClash clash(const Path& a, const Path& b) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (a[i].index() != b[i].index()) return PathClash::conflict;
        if (a[i] != b[i]) return PathClash::none;
    }
    return PathClash::overlap;
}

}  // namespace faasd::table
