#include "aws/sqs/flat_json.hpp"

#include <algorithm>
#include <charconv>

namespace faasd::aws::sqs {
namespace {

// What stands for the character behind the backslash; 0: it is not one of the short escapes.
char unescaped(char c) {
    switch (c) {
        case '"':
            return '"';
        case '\\':
            return '\\';
        case '/':
            return '/';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return 0;
    }
}

}  // namespace

void FlatJson::skip_space() {
    while (!left_.empty() &&
           (left_.front() == ' ' || left_.front() == '\n' || left_.front() == '\r' || left_.front() == '\t'))
        left_.remove_prefix(1);
}

bool FlatJson::take(char c) {
    skip_space();
    if (left_.empty() || left_.front() != c) return false;
    left_.remove_prefix(1);
    return true;
}

bool FlatJson::at_end() {
    skip_space();
    return left_.empty();
}

// After the brackets that open, and after each value: the end, or a comma before the next one.
bool FlatJson::go_on(char end) {
    const bool first = first_;
    first_ = false;
    ended_ = take(end);
    return !ended_ && (first || take(','));
}

bool FlatJson::next_member(std::string_view& name) {
    if (!go_on('}')) return false;
    std::size_t escapes = 0;
    return raw_text(name, escapes) && escapes == 0 && take(':');
}

bool FlatJson::next_element() {
    return go_on(']');
}

bool FlatJson::raw_text(std::string_view& raw, std::size_t& escapes) {
    if (!take('"')) return false;
    std::size_t at = 0;
    for (; at < left_.size() && left_[at] != '"'; ++at) {
        if (static_cast<unsigned char>(left_[at]) < 0x20) return false;
        if (left_[at] != '\\') continue;
        if (++at == left_.size() || unescaped(left_[at]) == 0) return false;
        ++escapes;
    }
    if (at >= left_.size()) return false;
    raw = left_.substr(0, at);
    left_.remove_prefix(at + 1);
    return true;
}

std::optional<std::string> FlatJson::text() {
    std::string_view raw;
    std::size_t escapes = 0;
    if (!raw_text(raw, escapes)) return std::nullopt;
    if (escapes == 0) return std::string(raw);
    std::string text;
    text.reserve(raw.size() - escapes);
    for (std::size_t at = 0; at < raw.size(); ++at)
        text.push_back(raw[at] == '\\' ? unescaped(raw[++at]) : raw[at]);
    return text;
}

bool FlatJson::object_of(Texts texts) {
    std::string_view name;
    if (!open_object()) return false;
    while (next_member(name)) {
        const auto* known =
            std::find_if(texts.begin(), texts.end(), [&](const auto& one) { return one.first == name; });
        if (known == texts.end()) return false;
        auto value = text();
        if (!value) return false;
        *known->second = std::move(*value);
    }
    return ended();
}

std::optional<std::int64_t> FlatJson::integer() {
    skip_space();
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(left_.data(), left_.data() + left_.size(), value);
    if (failure != std::errc{}) return std::nullopt;
    const std::string_view digits = left_.substr(0, static_cast<std::size_t>(end - left_.data()));
    const std::string_view rest = left_.substr(digits.size());
    // 007 is no JSON, and 1.5 and 1e3 are no integers.
    const std::string_view magnitude = digits.starts_with('-') ? digits.substr(1) : digits;
    if (magnitude.size() > 1 && magnitude.front() == '0') return std::nullopt;
    if (!rest.empty() && (rest.front() == '.' || rest.front() == 'e' || rest.front() == 'E'))
        return std::nullopt;
    left_ = rest;
    return value;
}

}  // namespace faasd::aws::sqs
