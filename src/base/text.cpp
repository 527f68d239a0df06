#include "base/text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace faasd::base {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

// Matches a bracket expression at the front of `pattern` (which starts with '['); removes it. A bracket that is
// never closed is an ordinary character.
bool match_bracket(std::string_view& pattern, char c) {
    const std::size_t end = pattern.find(']', 2);
    if (end == std::string_view::npos) {
        pattern.remove_prefix(1);
        return c == '[';
    }
    std::string_view set = pattern.substr(1, end - 1);
    pattern.remove_prefix(end + 1);
    const bool negated = set.front() == '!' || set.front() == '^';
    if (negated) set.remove_prefix(1);
    bool found = false;
    for (std::size_t i = 0; i < set.size(); ++i) {
        if (i + 2 < set.size() && set[i + 1] == '-') {
            found = found || (c >= set[i] && c <= set[i + 2]);
            i += 2;
        } else {
            found = found || c == set[i];
        }
    }
    return found != negated;
}

// Without braces. Backtracks only to the last star of each kind, so no pattern takes exponential time.
bool match_plain(std::string_view pattern, std::string_view text) {
    struct Star {
        std::string_view pattern, text;
        bool crosses, set = false;
    } single{{}, {}, false}, doubled{{}, {}, true};
    while (true) {
        if (pattern.starts_with("**")) {
            pattern.remove_prefix(2);
            if (pattern.starts_with('/')) pattern.remove_prefix(1);  // a/**/b matches a/b as well
            doubled = {pattern, text, true, true};
            single.set = false;
            continue;
        }
        if (pattern.starts_with('*')) {
            pattern.remove_prefix(1);
            single = {pattern, text, false, true};
            continue;
        }
        if (pattern.empty() && text.empty()) return true;
        if (!pattern.empty() && !text.empty()) {
            std::string_view rest = pattern;
            bool matched = false;
            if (pattern.front() == '[' && text.front() != '/') {
                matched = match_bracket(rest, text.front());
            } else if (pattern.front() == '?') {
                matched = text.front() != '/';
                rest.remove_prefix(1);
            } else {
                if (pattern.front() == '\\' && pattern.size() > 1) rest.remove_prefix(1);
                matched = rest.front() == text.front();
                rest.remove_prefix(1);
            }
            if (matched) {
                pattern = rest;
                text.remove_prefix(1);
                continue;
            }
        }
        if (single.set && !single.text.empty() && single.text.front() != '/') {
            single.text.remove_prefix(1);
            pattern = single.pattern;
            text = single.text;
        } else if (doubled.set && !doubled.text.empty()) {
            doubled.text.remove_prefix(1);
            pattern = doubled.pattern;
            text = doubled.text;
            single.set = false;
        } else {
            return false;
        }
    }
}

}  // namespace

bool iequals(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
        }
    }
    return out;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c) || keep.find(c) != std::string_view::npos) {
            out.push_back(c);
        } else {
            out.push_back('%');
            out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
            out.push_back(digits[static_cast<unsigned char>(c) & 15]);
        }
    }
    return out;
}

bool is_valid_utf8(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const auto c = static_cast<unsigned char>(text[i]);
        std::size_t length = 0;
        unsigned code = 0;
        if (c < 0x80) {
            ++i;
            continue;
        }
        if (c >= 0xC2 && c <= 0xDF) length = 1, code = c & 0x1FU;
        else if (c >= 0xE0 && c <= 0xEF) length = 2, code = c & 0x0FU;
        else if (c >= 0xF0 && c <= 0xF4) length = 3, code = c & 0x07U;
        else return false;
        if (i + length >= text.size()) return false;
        for (std::size_t k = 1; k <= length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xC0) != 0x80) return false;
            code = (code << 6) | (next & 0x3FU);
        }
        const bool overlong = (length == 2 && code < 0x800) || (length == 3 && code < 0x10000);
        if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
        i += length + 1;
    }
    return true;
}

std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates) {
    const std::string* best = nullptr;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance && distance < std::max(word.size(), candidate.size())) {
            best = &candidate;
            best_distance = distance;
        }
    }
    return best ? std::optional(*best) : std::nullopt;
}

bool glob_match(std::string_view pattern, std::string_view path) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
    if (close == std::string_view::npos) return match_plain(pattern, path);
    const std::string_view before = pattern.substr(0, open);
    std::string_view choices = pattern.substr(open + 1, close - open - 1);
    const std::string_view after = pattern.substr(close + 1);
    while (true) {
        const std::size_t comma = choices.find(',');
        std::string one(before);
        one += choices.substr(0, comma);
        one += after;
        if (glob_match(one, path)) return true;
        if (comma == std::string_view::npos) return false;
        choices.remove_prefix(comma + 1);
    }
}

}  // namespace faasd::base
