#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "base/text.hpp"
#include "model/pattern/pattern_tree.hpp"

namespace faasd::model {
namespace {

constexpr std::size_t kMaxDepth = 50;
constexpr double kLargest = 5.0e9;  // EventBridge's range of numbers
const std::vector<std::string> kOperators{"prefix", "suffix", "equals-ignore-case", "wildcard", "numeric",
                                          "exists", "cidr",   "anything-but"};

std::string quoted(const nlohmann::json& value) {
    std::string text = base::to_text(value);
    if (text.size() > 60) text = text.substr(0, 57) + "...";
    return text;
}

std::string all_operators() {
    std::string out;
    for (const std::string& word : kOperators)
        out += (out.empty() ? "" : ", ") + word;
    return out;
}

bool is_text_operator(const std::string& word) {
    return word == "prefix" || word == "suffix" || word == "equals-ignore-case" || word == "wildcard";
}

}  // namespace

// Adds to the path while it lives; keeps it where a mistake was found.
class PatternCompiler::Step {
  public:
    Step(PatternCompiler& compiler, std::variant<std::string, std::size_t> part) : compiler_(compiler) {
        compiler_.mistake.path.push_back(std::move(part));
    }
    ~Step() {
        if (compiler_.mistake.message.empty()) compiler_.mistake.path.pop_back();
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

  private:
    PatternCompiler& compiler_;
};

bool PatternCompiler::fail(std::string message, std::string hint) {
    mistake.message = std::move(message);
    mistake.hint = std::move(hint);
    return false;
}

std::shared_ptr<const EventPattern::Node> PatternCompiler::compile(const nlohmann::json& pattern) {
    auto root = std::make_shared<EventPattern::Node>();
    return object(pattern, *root) ? root : nullptr;
}

bool PatternCompiler::object(const nlohmann::json& json, EventPattern::Node& into) {
    if (!json.is_object())
        return fail("a pattern is a mapping, this is " + quoted(json),
                    "for example { body: { kind: [order] } }");
    if (json.empty()) return fail("an empty pattern", "name the fields that have to match");
    if (++depth_ > kMaxDepth) return fail("the pattern is too deep", "at most 50 levels");
    for (const auto& [key, value] : json.items()) {
        const Step step(*this, key);
        if (key == "$or") {
            if (!alternatives(value, into)) return false;
        } else if (value.is_object()) {
            if (value.size() == 1 &&
                std::find(kOperators.begin(), kOperators.end(), value.begin().key()) != kOperators.end() &&
                !value.begin().value().is_array() && !value.begin().value().is_object())
                return fail("'" + value.begin().key() + "' stands outside of a list",
                            "write [" + quoted(value) + "]: what a field accepts is a list");
            auto child = std::make_shared<EventPattern::Node>();
            if (!object(value, *child)) return false;
            into.fields.emplace_back(key, std::move(child));
        } else if (value.is_array()) {
            EventPattern::Node::Values accepted;
            if (!values(value, accepted)) return false;
            into.fields.emplace_back(key, std::move(accepted));
        } else {
            return fail(quoted(value) + " stands outside of a list",
                        "write [" + quoted(value) + "]: what a field accepts is a list");
        }
    }
    --depth_;
    return true;
}

bool PatternCompiler::alternatives(const nlohmann::json& json, EventPattern::Node& into) {
    if (!json.is_array() || json.size() < 2)
        return fail("'$or' is a list of at least two patterns", "for example $or: [{ a: [1] }, { b: [2] }]");
    auto& all = into.alternatives.emplace_back();
    for (std::size_t i = 0; i < json.size(); ++i) {
        const Step step(*this, i);
        auto child = std::make_shared<EventPattern::Node>();
        if (!object(json[i], *child)) return false;
        all.push_back(std::move(child));
    }
    return true;
}

bool PatternCompiler::values(const nlohmann::json& json, EventPattern::Node::Values& into) {
    if (json.empty()) return fail("an empty list matches nothing", "list what the field accepts");
    for (std::size_t i = 0; i < json.size(); ++i) {
        const Step step(*this, i);
        if (json[i].is_object()) {
            if (!matcher(json[i], into)) return false;
        } else if (json[i].is_array()) {
            return fail("a list within a list", "list the values that the field accepts");
        } else {
            into.emplace_back(ExactValue{json[i]});
        }
    }
    return true;
}

bool PatternCompiler::matcher(const nlohmann::json& json, EventPattern::Node::Values& into) {
    if (json.size() != 1)
        return fail("a comparison has one operator, this has " + std::to_string(json.size()),
                    "one of " + all_operators());
    const std::string& word = json.begin().key();
    const nlohmann::json& value = json.begin().value();
    const Step step(*this, word);
    if (is_text_operator(word)) {
        TextMatcher made;
        if (!text(word, value, true, made)) return false;
        into.emplace_back(std::move(made));
    } else if (word == "numeric") {
        NumericRange made;
        if (!numeric(value, made)) return false;
        into.emplace_back(made);
    } else if (word == "exists") {
        if (!value.is_boolean()) return fail("'exists' is true or false, not " + quoted(value), {});
        into.emplace_back(Existence{value.get<bool>()});
    } else if (word == "cidr") {
        const auto made = value.is_string() ? parse_address_block(value.get_ref<const std::string&>()) : std::nullopt;
        if (!made)
            return fail(quoted(value) + " is no block of addresses",
                        "for example 10.0.0.0/24 or 2001:db8::/32");
        into.emplace_back(*made);
    } else if (word == "anything-but") {
        AnythingBut made;
        if (!anything_but(value, made)) return false;
        into.emplace_back(std::move(made));
    } else {
        const auto meant = base::closest(word, kOperators);
        return fail("unknown operator '" + word + "'",
                    meant ? "did you mean '" + *meant + "'?" : "one of " + all_operators());
    }
    return true;
}

bool PatternCompiler::text(const std::string& word, const nlohmann::json& json, bool nested,
                           TextMatcher& into) {
    using Kind = TextMatcher::Kind;
    into.kind = word == "prefix"     ? Kind::prefix
                : word == "suffix"   ? Kind::suffix
                : word == "wildcard" ? Kind::wildcard
                                     : Kind::equals;
    into.ignore_case = into.kind == Kind::equals;
    const nlohmann::json* value = &json;
    if (nested && json.is_object() && (into.kind == Kind::prefix || into.kind == Kind::suffix)) {
        if (json.size() != 1 || json.begin().key() != "equals-ignore-case")
            return fail("'" + word + "' takes a text, or { equals-ignore-case: text }", {});
        into.ignore_case = true;
        value = &json.begin().value();
    }
    if (!value->is_string())
        return fail("'" + word + "' takes a text, not " + quoted(*value), "put it in quotes");
    into.text = value->get<std::string>();
    if (into.ignore_case) into.text = base::to_lower(into.text);
    if (into.text.empty() && into.kind != Kind::equals)
        return fail("'" + word + "' of an empty text matches everything", "use { exists: true }");
    if (into.kind == Kind::wildcard) {
        auto pieces = wildcard_pieces(into.text);
        if (const auto* wrong = std::get_if<std::string>(&pieces))
            return fail("the wildcard " + quoted(json) + " is not valid: " + *wrong,
                        "\\\\* is a star itself");
        into.pieces = std::move(std::get<std::vector<std::string>>(pieces));
    }
    return true;
}

bool PatternCompiler::numeric(const nlohmann::json& json, NumericRange& into) {
    const std::string hint = "for example [\">\", 0, \"<=\", 100]";
    if (!json.is_array() || (json.size() != 2 && json.size() != 4))
        return fail("'numeric' is a list of one comparison and a number, or of two", hint);
    for (std::size_t i = 0; i < json.size(); i += 2) {
        const Step sign_step(*this, i);
        const std::string sign = json[i].is_string() ? json[i].get<std::string>() : std::string();
        const nlohmann::json& number = json[i + 1];
        const double value = number.is_number() ? number.get<double>() : 2 * kLargest;
        if (!(value >= -kLargest && value <= kLargest)) {
            mistake.path.back() = i + 1;
            return fail(quoted(number) + (number.is_number() ? " is out of range: numbers go from -5e9 to 5e9"
                                                             : " is not a number"),
                        hint);
        }
        if (sign == "=" && json.size() == 2) {
            into.lower = into.upper = {value, true, true};
        } else if ((sign == ">" || sign == ">=") && !into.lower.present) {
            into.lower = {value, true, sign == ">="};
        } else if ((sign == "<" || sign == "<=") && !into.upper.present) {
            into.upper = {value, true, sign == "<="};
        } else {
            return fail(quoted(json[i]) + " is not a comparison that fits here", hint);
        }
    }
    const auto& [lower, upper] = into;
    const bool both = lower.present && upper.present;
    if (both &&
        (lower.value > upper.value || (lower.value == upper.value && !(lower.inclusive && upper.inclusive))))
        return fail("no number is in this range", "the lower bound stands first: " + hint);
    return true;
}

bool PatternCompiler::anything_but(const nlohmann::json& json, AnythingBut& into) {
    const std::string hint =
        "a text, a number, a list of them, or { prefix: a }, { suffix: a }, { wildcard: 'a*' }, "
        "{ equals-ignore-case: a } with a text or a list";
    const auto each = [](const nlohmann::json& one) {
        return one.is_array() ? one : nlohmann::json::array({one});
    };
    const nlohmann::json* values = &json;
    std::string word;
    if (json.is_object()) {
        if (json.size() != 1 || !is_text_operator(json.begin().key()))
            return fail("'anything-but' does not take " + quoted(json), hint);
        word = json.begin().key();
        values = &json.begin().value();
    }
    const nlohmann::json list = each(*values);
    if (list.empty()) return fail("'anything-but' of nothing", hint);
    for (const nlohmann::json& one : list) {
        if (!word.empty()) {
            if (!text(word, one, false, into.texts.emplace_back())) return false;
        } else if (one.is_string() || one.is_number()) {
            into.values.push_back(one);
        } else {
            return fail("'anything-but' does not take " + quoted(one), hint);
        }
    }
    return true;
}

}  // namespace faasd::model
