#include "config/diagnostics.hpp"

#include <algorithm>
#include <cstdint>

#include "base/text.hpp"

namespace faasd::config {
namespace {

constexpr std::size_t kShownLine = 160;
constexpr std::size_t kShownBefore = 60;
constexpr std::size_t kShownText = 80;
constexpr std::size_t kMaxWords = 1000;
constexpr std::size_t kMaxName = 255;
constexpr int kMaxCounted = 10'000;

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

// A file must not be able to drive the terminal that shows its mistakes.
std::string printable(std::string_view text) {
    if (!base::is_valid_utf8(text)) {
        std::string ascii(text);
        std::replace_if(
            ascii.begin(), ascii.end(), [](char c) { return c < ' ' || c == 0x7F; }, '?');
        return ascii;
    }
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool c1_control =
            c == '\xC2' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (c == '\t') {
            out.push_back(' ');
        } else if (c1_control) {
            out.push_back('?');
            ++i;
        } else {
            out.push_back((c >= 0 && c < ' ') || c == 0x7F ? '?' : c);
        }
    }
    return out;
}

std::size_t to_boundary(std::string_view text, std::size_t at) {
    while (at > 0 && at < text.size() && continues_character(text[at]))
        --at;
    return at;
}

std::string_view shortened(std::string_view words) {
    return words.size() <= kMaxWords ? words : words.substr(0, to_boundary(words, kMaxWords));
}

std::string normalised(std::string_view word) {
    std::string out = base::to_lower(word);
    std::erase_if(out, [](char c) { return c == '-' || c == '_' || c == ' '; });
    return out;
}

}  // namespace

std::string_view Diagnostics::line(int number) const {
    if (line_starts_.empty()) {
        line_starts_.push_back(0);
        for (std::size_t i = 0; i < text_.size(); ++i)
            if (text_[i] == '\n') line_starts_.push_back(i + 1);
    }
    if (number < 1 || static_cast<std::size_t>(number) > line_starts_.size()) return {};
    const std::size_t start = line_starts_[static_cast<std::size_t>(number) - 1];
    const auto next = static_cast<std::size_t>(number);
    const std::size_t end = next < line_starts_.size() ? line_starts_[next] - 1 : text_.size();
    std::string_view rest = text_.substr(start, end - start);
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    return rest;
}

model::SourcePosition Diagnostics::position(Place place) const {
    const std::string_view text = line(place.line);
    const auto bytes =
        std::min<std::size_t>(text.size(), static_cast<std::size_t>(std::max(0, place.column - 1)));
    // A file of one long line with thousands of places must not be counted through thousands of times.
    if (place.column < 1 || place.column > kMaxCounted) return {file_, place.line, place.column};
    const int column = static_cast<int>(characters(text.substr(0, bytes))) + 1;
    return {file_, place.line, column};
}

void Diagnostics::add(Severity severity, Place place, std::string message, std::string hint) {
    has_errors_ = has_errors_ || severity == Severity::error;
    if (all_.size() >= kMax) return;
    Diagnostic one;
    one.at = position(place);
    one.message = printable(shortened(message));
    one.hint = printable(shortened(hint));
    one.severity = severity;
    std::string_view text = line(place.line);
    std::size_t caret =
        std::min<std::size_t>(text.size(), static_cast<std::size_t>(std::max(0, place.column - 1)));
    std::string before, after;
    if (text.size() > kShownLine) {
        const std::size_t from = to_boundary(text, caret > kShownBefore ? caret - kShownBefore : 0);
        const std::size_t to = to_boundary(text, std::min(text.size(), from + kShownLine));
        if (from > 0) before = "...";
        if (to < text.size()) after = "...";
        text = text.substr(from, to - from);
        caret -= from;
    }
    one.line = before + printable(text) + after;
    one.caret = before.size() + characters(printable(text.substr(0, caret)));
    all_.push_back(std::move(one));
}

void Diagnostics::error(Place place, std::string message, std::string hint) {
    add(Severity::error, place, std::move(message), std::move(hint));
}
void Diagnostics::warning(Place place, std::string message, std::string hint) {
    add(Severity::warning, place, std::move(message), std::move(hint));
}

std::vector<Diagnostic> Diagnostics::take() {
    std::stable_sort(all_.begin(), all_.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
    });
    return std::move(all_);
}

std::string in_quotes(std::string_view text) {
    if (text.size() <= kShownText) return "'" + printable(text) + "'";
    return "'" + printable(text.substr(0, to_boundary(text, kShownText))) + "...'";
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
    std::string out;
    for (const std::string& word : words) {
        if (!out.empty()) out += separator;
        out += word;
    }
    return out;
}

std::optional<std::string> guess(std::string_view word, const std::vector<std::string>& candidates) {
    if (word.size() > 100 || candidates.size() > kMaxCandidates) return std::nullopt;
    const std::string plain = normalised(word);
    std::vector<std::string> usable;
    for (const std::string& candidate : candidates) {
        if (normalised(candidate) == plain) return candidate;
        if (candidate.size() <= kMaxName) usable.push_back(candidate);
    }
    return base::closest(word, usable);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    const auto meant = guess(word, candidates);
    return meant ? "did you mean " + in_quotes(*meant) + "?" : std::string();
}

std::string guess_or_list(std::string_view word, const std::vector<std::string>& candidates,
                          std::string_view introduction) {
    std::string hint = did_you_mean(word, candidates);
    if (candidates.empty() || candidates.size() > 16) return hint;
    if (!hint.empty()) hint += ' ';
    return hint + std::string(introduction) + ": " + joined(candidates);
}

std::string render(const Diagnostic& diagnostic) {
    std::string out = printable(diagnostic.at.file);
    if (diagnostic.at.line > 0) {
        out += ':' + std::to_string(diagnostic.at.line);
        if (diagnostic.at.column > 0) out += ':' + std::to_string(diagnostic.at.column);
    }
    out += diagnostic.severity == Severity::error ? ": error: " : ": warning: ";
    out += diagnostic.message;
    if (!diagnostic.line.empty()) {
        out += "\n    " + diagnostic.line;
        if (diagnostic.at.column > 0) out += "\n    " + std::string(diagnostic.caret, ' ') + '^';
    }
    if (!diagnostic.hint.empty()) out += "\n  hint: " + diagnostic.hint;
    return out;
}

}  // namespace faasd::config
