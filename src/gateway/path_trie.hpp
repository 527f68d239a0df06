// Path patterns as a tree of segments.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/container/small_vector.hpp>

namespace faasd::gateway {

// Immutable once filled; then thread-safe.
class PathTrie {
  public:
    static constexpr std::uint32_t kNone = UINT32_MAX;
    // A method and the number that the caller gave it.
    using Entry = std::pair<std::string, std::uint32_t>;
    using Segments = boost::container::small_vector<std::string_view, 16>;

    PathTrie() : nodes_(1) {}
    // "/a/{id}/{rest+}"; keeps the first of equals. Returns the placeholders' names.
    std::vector<std::string> add(std::string_view method, std::string_view path, std::uint32_t number);

    struct Visit {
        std::uint32_t number = kNone;  // of the best entry
        boost::container::small_vector<std::string_view, 4> values;
        std::vector<std::string_view> methods;  // of all entries whose path matches, where none has the method
    };
    // `segments`: decoded, to compare. `raw`: the same as sent, pieces of one path, to report.
    [[nodiscard]] Visit find(std::string_view method, std::span<const std::string_view> segments,
                             std::span<const std::string_view> raw) const;

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    struct Node {
        std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> literals;
        std::uint32_t placeholder = kNone;
        std::vector<Entry> entries;  // of paths that end here
        std::vector<Entry> greedy;   // of paths that take the rest from here
    };
    struct Search;
    std::uint32_t child(std::uint32_t node, std::string_view segment);

    std::vector<Node> nodes_;
};

[[nodiscard]] bool is_placeholder(std::string_view segment);  // {name}
[[nodiscard]] bool is_greedy(std::string_view segment);       // {name+}

}  // namespace faasd::gateway
