#include "gateway/path_trie.hpp"

#include <algorithm>

namespace faasd::gateway {
namespace {

const PathTrie::Entry* entry_for(const std::vector<PathTrie::Entry>& entries, std::string_view method) {
    const auto of = [&](std::string_view wanted) -> const PathTrie::Entry* {
        const auto it = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == wanted; });
        return it == entries.end() ? nullptr : &*it;
    };
    if (const auto* own = of(method)) return own;
    if (method == "HEAD")
        if (const auto* get = of("GET")) return get;
    return of("ANY");
}

}  // namespace

bool is_placeholder(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}' && !is_greedy(segment);
}
bool is_greedy(std::string_view segment) {
    return segment.size() > 3 && segment.front() == '{' && segment.ends_with("+}");
}

std::uint32_t PathTrie::child(std::uint32_t node, std::string_view segment) {
    const auto next = static_cast<std::uint32_t>(nodes_.size());
    if (is_placeholder(segment)) {
        if (nodes_[node].placeholder != kNone) return nodes_[node].placeholder;
        nodes_[node].placeholder = next;
    } else {
        const auto [it, inserted] = nodes_[node].literals.try_emplace(std::string(segment), next);
        if (!inserted) return it->second;
    }
    nodes_.emplace_back();
    return next;
}

std::vector<std::string> PathTrie::add(std::string_view method, std::string_view path, std::uint32_t number) {
    std::vector<std::string> names;
    std::uint32_t node = 0;
    bool rest = false;
    if (path.starts_with('/')) path.remove_prefix(1);
    for (bool more = true; more && !rest;) {
        const auto slash = path.find('/');
        const std::string_view segment = path.substr(0, slash);
        more = slash != std::string_view::npos;
        if (more) path.remove_prefix(slash + 1);
        rest = is_greedy(segment);
        if (rest || is_placeholder(segment)) names.emplace_back(segment.substr(1, segment.size() - (rest ? 3 : 2)));
        if (!rest) node = child(node, segment);
    }
    auto& entries = rest ? nodes_[node].greedy : nodes_[node].entries;
    const bool known = std::any_of(entries.begin(), entries.end(), [&](const Entry& e) { return e.first == method; });
    if (!known) entries.emplace_back(method, number);
    return names;
}

// Depth first, the more specific branch first; a branch without the method is left again. Each node is visited once at
// most, since a node is reached by one path alone.
struct PathTrie::Search {
    const PathTrie& trie;
    std::string_view method;
    std::span<const std::string_view> segments, raw;
    Visit visit{};

    bool take(const std::vector<Entry>& entries) {
        if (const Entry* entry = entry_for(entries, method)) {
            visit.number = entry->second;
            return true;
        }
        for (const Entry& entry : entries) visit.methods.push_back(entry.first);
        return false;
    }
    bool walk(std::uint32_t index, std::size_t depth) {
        const Node& node = trie.nodes_[index];
        if (depth == segments.size()) return take(node.entries);
        if (const auto it = node.literals.find(segments[depth]); it != node.literals.end())
            if (walk(it->second, depth + 1)) return true;
        if (node.placeholder != kNone && !segments[depth].empty()) {
            visit.values.push_back(raw[depth]);
            if (walk(node.placeholder, depth + 1)) return true;
            visit.values.pop_back();
        }
        if (node.greedy.empty() || (depth + 1 == segments.size() && segments[depth].empty())) return false;
        const char* const begin = raw[depth].data();
        const char* const end = raw.back().data() + raw.back().size();
        visit.values.emplace_back(begin, static_cast<std::size_t>(end - begin));
        if (take(node.greedy)) return true;
        visit.values.pop_back();
        return false;
    }
};

PathTrie::Visit PathTrie::find(std::string_view method, std::span<const std::string_view> segments,
                               std::span<const std::string_view> raw) const {
    Search search{*this, method, segments, raw};
    search.walk(0, 0);
    return std::move(search.visit);
}

}  // namespace faasd::gateway
