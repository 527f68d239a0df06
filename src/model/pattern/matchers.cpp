#include "model/pattern/matchers.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace faasd::model {
namespace {

bool matches_pieces(std::string_view value, const std::vector<std::string>& pieces) {
    if (pieces.size() == 1) return value == pieces.front();
    if (!value.starts_with(pieces.front())) return false;
    value.remove_prefix(pieces.front().size());
    // The first place of each piece leaves the most room for those behind it.
    for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
        const std::size_t at = value.find(pieces[i]);
        if (at == std::string_view::npos) return false;
        value.remove_prefix(at + pieces[i].size());
    }
    return value.ends_with(pieces.back());
}

}  // namespace

bool TextMatcher::matches(std::string_view value) const {
    std::string lower;
    if (ignore_case) {
        lower = base::to_lower(value);
        value = lower;
    }
    switch (kind) {
        case Kind::prefix:
            return value.starts_with(text);
        case Kind::suffix:
            return value.ends_with(text);
        case Kind::equals:
            return value == text;
        case Kind::wildcard:
            return matches_pieces(value, pieces);
    }
    return false;
}

std::variant<std::vector<std::string>, std::string> wildcard_pieces(std::string_view text) {
    std::vector<std::string> pieces(1);
    bool after_star = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            if (i + 1 == text.size() || (text[i + 1] != '*' && text[i + 1] != '\\'))
                return std::string("a backslash stands before '*' or another backslash only");
            pieces.back().push_back(text[++i]);
            after_star = false;
        } else if (text[i] == '*') {
            if (after_star) return std::string("two stars in a row");
            pieces.emplace_back();
            after_star = true;
        } else {
            pieces.back().push_back(text[i]);
            after_star = false;
        }
    }
    return pieces;
}

bool NumericRange::matches(double value) const {
    if (lower.present && (lower.inclusive ? value < lower.value : value <= lower.value)) return false;
    return !upper.present || (upper.inclusive ? value <= upper.value : value < upper.value);
}

bool AnythingBut::matches(const nlohmann::json& value) const {
    if (std::find(values.begin(), values.end(), value) != values.end()) return false;
    if (!value.is_string()) return true;
    const auto& text = value.get_ref<const std::string&>();
    return std::none_of(texts.begin(), texts.end(), [&](const TextMatcher& t) { return t.matches(text); });
}

bool accepts(const Matcher& matcher, const nlohmann::json& value) {
    struct Visitor {
        const nlohmann::json& value;
        bool operator()(const ExactValue& exact) const { return exact.value == value; }
        bool operator()(const TextMatcher& text) const {
            return value.is_string() && text.matches(value.get_ref<const std::string&>());
        }
        bool operator()(const NumericRange& range) const {
            return value.is_number() && range.matches(value.get<double>());
        }
        bool operator()(const AddressBlock& block) const {
            if (!value.is_string()) return false;
            const auto& text = value.get_ref<const std::string&>();
            const auto address = text.find('/') == std::string::npos ? parse_address_block(text) : std::nullopt;
            return address && address->version_6 == block.version_6 && block.begins(*address);
        }
        bool operator()(const Existence& existence) const { return existence.wanted; }
        bool operator()(const AnythingBut& but) const { return but.matches(value); }
    };
    return std::visit(Visitor{value}, matcher);
}

}  // namespace faasd::model
