// Words and their counts. A word is a run of ASCII letters, as `tr -cs 'A-Za-z' '\n'` has it.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// The keys point into the text that was counted.
using Counts = std::unordered_map<std::string_view, std::uint64_t>;

inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

inline Counts count_words(std::string_view text) {
    Counts counts;
    for (std::size_t at = 0; at < text.size();) {
        while (at < text.size() && !is_letter(text[at])) ++at;
        const std::size_t begin = at;
        while (at < text.size() && is_letter(text[at])) ++at;
        if (at > begin) ++counts[text.substr(begin, at - begin)];
    }
    return counts;
}

// Where the text goes on after so many lines.
inline std::size_t after_lines(std::string_view text, std::size_t at, std::size_t lines) {
    for (std::size_t i = 0; i < lines && at < text.size(); ++i) {
        const std::size_t end = text.find('\n', at);
        at = end == std::string_view::npos ? text.size() : end + 1;
    }
    return at;
}

// "count word", a line each, by word.
inline std::string to_lines(const Counts& counts) {
    std::vector<std::pair<std::string_view, std::uint64_t>> sorted(counts.begin(), counts.end());
    std::sort(sorted.begin(), sorted.end());
    std::string lines;
    for (const auto& [word, count] : sorted)
        lines.append(std::to_string(count)).append(" ").append(word).append("\n");
    return lines;
}

// Its reverse, added to `total`, whose keys then point into `lines`.
inline void add_lines(std::string_view lines, Counts& total) {
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        std::uint64_t count = 0;
        const char* end = std::from_chars(line.data(), line.data() + line.size(), count).ptr;
        if (end < line.data() + line.size()) total[line.substr(static_cast<std::size_t>(end - line.data()) + 1)] += count;
    }
}
