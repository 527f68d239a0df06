#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/log.hpp"
#include "items/attribute_value.hpp"
#include "items/number.hpp"
#include "items/plain_json.hpp"
#include "items/plain_marks.hpp"

namespace faasd::items {
namespace {

using nlohmann::json;

base::Error bad_mark(std::string_view mark, std::string_view wanted) {
    return validation_error("the member " + std::string(mark) + " must be " + std::string(wanted));
}

base::Result<std::string> decode(std::string_view mark, const model::AttributeValue& value) {
    const auto* text = std::get_if<std::string>(&value.value);
    auto bytes = text ? base::base64_decode(*text) : std::nullopt;
    if (!bytes) return bad_mark(mark, "base64 text");
    return std::move(*bytes);
}

template <class Take>
base::Result<std::set<std::string>> collect(std::string_view mark, const model::AttributeValue& content,
                                            const Take& take) {
    const auto* list = std::get_if<model::List>(&content.value);
    if (!list) return bad_mark(mark, "an array");
    std::set<std::string> out;
    for (const model::AttributeValue& element : *list) {
        base::Result<std::string> taken = take(element);
        if (!taken) return taken.error();
        if (!out.insert(std::move(*taken)).second) {
            return validation_error("One or more parameter values were invalid: the array of " +
                                    std::string(mark) + " contains duplicates.");
        }
    }
    return out;
}

// Builds the value from the parser's events, so that a number arrives with its text.
class Builder final : public nlohmann::json_sax<json> {
  public:
    bool null() override { return put({}); }
    bool boolean(bool flag) override { return put({flag}); }
    bool number_integer(number_integer_t n) override { return put_number(std::to_string(n)); }
    bool number_unsigned(number_unsigned_t n) override { return put_number(std::to_string(n)); }
    bool number_float(number_float_t, const string_t& text) override { return put_number(text); }
    bool string(string_t& text) override { return put({std::move(text)}); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open({model::Item{}}); }
    bool start_array(std::size_t) override { return open({model::List{}}); }
    bool key(string_t& name) override {
        open_.back().name = std::move(name);
        return true;
    }
    bool end_array() override { return put(pop()); }
    bool end_object() override {
        auto value = unmark(std::get<model::Item>(pop().value));
        if (!value) return fail(value.error());
        return put(std::move(*value));
    }
    bool parse_error(std::size_t position, const std::string& token,
                     const nlohmann::detail::exception& what) override {
        constexpr int kNumberOutOfRange = 406;  // of a double; the parser asks nobody else
        if (what.id == kNumberOutOfRange)
            return fail(validation_error("the JSON has a number beyond 9.99E+125"));
        return fail(validation_error("not valid JSON at byte " + std::to_string(position) + ", near \"" +
                                     base::json_escape(token) + "\""));
    }

    [[nodiscard]] base::Result<model::AttributeValue> take() {
        if (error_.code) return error_;
        return std::move(root_);
    }

  private:
    struct Open {
        model::AttributeValue value;
        std::string name;  // of the member that comes next
    };

    bool fail(base::Error error) {
        error_ = std::move(error);
        return false;
    }

    bool open(model::AttributeValue container) {
        if (open_.size() > kMaxNesting) {
            return fail(
                validation_error("Nesting Levels have exceeded supported limits: the JSON has more than " +
                                 std::to_string(kMaxNesting) + " levels"));
        }
        open_.push_back({std::move(container), {}});
        return true;
    }

    model::AttributeValue pop() {
        model::AttributeValue value = std::move(open_.back().value);
        open_.pop_back();
        return value;
    }

    bool put(model::AttributeValue value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (auto* list = std::get_if<model::List>(&open_.back().value.value)) {
            list->push_back(std::move(value));
        } else {
            std::get<model::Item>(open_.back().value.value)
                .insert_or_assign(std::move(open_.back().name), std::move(value));
        }
        return true;
    }

    bool put_number(const std::string& text) {
        auto number = make_number(text);
        if (!number) return fail(number.error());
        return put({std::move(*number)});
    }

    std::vector<Open> open_;
    model::AttributeValue root_;
    base::Error error_;
};

void append_quoted(std::string& out, std::string_view text) {
    out.push_back('"');
    out += base::json_escape(text);
    out.push_back('"');
}

struct TextWriter {
    std::string& out;

    template <class Set, class Each>
    void set(std::string_view mark, const Set& values, const Each& each) {
        out.push_back('{');
        append_quoted(out, mark);
        out += ":[";
        bool first = true;
        for (const std::string& value : values) {
            if (!std::exchange(first, false)) out.push_back(',');
            each(value);
        }
        out += "]}";
    }

    void operator()(const model::Null&) { out += "null"; }
    void operator()(bool flag) { out += flag ? "true" : "false"; }
    void operator()(const std::string& text) { append_quoted(out, text); }
    void operator()(const model::Number& number) { out += number.text; }
    void operator()(const model::Binary& binary) {
        out.push_back('{');
        append_quoted(out, kBinaryMark);
        out.push_back(':');
        append_quoted(out, base::base64_encode(binary.bytes));
        out.push_back('}');
    }
    void operator()(const model::StringSet& strings) {
        set(kStringsMark, strings.values, [this](const std::string& text) { append_quoted(out, text); });
    }
    void operator()(const model::NumberSet& numbers) {
        set(kNumbersMark, numbers.values, [this](const std::string& text) { out += text; });
    }
    void operator()(const model::BinarySet& binaries) {
        set(kBinariesMark, binaries.values,
            [this](const std::string& bytes) { append_quoted(out, base::base64_encode(bytes)); });
    }
    void operator()(const model::List& list) {
        out.push_back('[');
        bool first = true;
        for (const auto& element : list) {
            if (!std::exchange(first, false)) out.push_back(',');
            std::visit(*this, element.value);
        }
        out.push_back(']');
    }
    void operator()(const model::Item& map) {
        out.push_back('{');
        bool first = true;
        for (const auto& [name, element] : map) {
            if (!std::exchange(first, false)) out.push_back(',');
            append_quoted(out, name);
            out.push_back(':');
            std::visit(*this, element.value);
        }
        out.push_back('}');
    }
};

}  // namespace

base::Result<model::AttributeValue> unmark(model::Item map) {
    if (map.size() != 1 || !map.begin()->first.starts_with('$')) return model::AttributeValue{std::move(map)};
    const std::string& mark = map.begin()->first;
    const model::AttributeValue& content = map.begin()->second;
    if (mark == kBinaryMark) {
        auto bytes = decode(mark, content);
        if (!bytes) return bytes.error();
        return model::AttributeValue{model::Binary{std::move(*bytes)}};
    }
    if (mark == kStringsMark) {
        auto set =
            collect(mark, content, [&](const model::AttributeValue& element) -> base::Result<std::string> {
                if (const auto* text = std::get_if<std::string>(&element.value)) return *text;
                return bad_mark(mark, "an array of strings");
            });
        if (!set) return set.error();
        return model::AttributeValue{model::StringSet{std::move(*set)}};
    }
    if (mark == kNumbersMark) {
        auto set =
            collect(mark, content, [&](const model::AttributeValue& element) -> base::Result<std::string> {
                if (const auto* number = std::get_if<model::Number>(&element.value)) return number->text;
                return bad_mark(mark, "an array of numbers");
            });
        if (!set) return set.error();
        return model::AttributeValue{model::NumberSet{std::move(*set)}};
    }
    if (mark == kBinariesMark) {
        auto set = collect(mark, content,
                           [&](const model::AttributeValue& element) { return decode(mark, element); });
        if (!set) return set.error();
        return model::AttributeValue{model::BinarySet{std::move(*set)}};
    }
    return model::AttributeValue{std::move(map)};
}

base::Result<model::AttributeValue> parse_plain_text(std::string_view text) {
    Builder builder;
    // The verdict is in the builder: a refused event has left its reason there, and so has a syntax error.
    static_cast<void>(json::sax_parse(text, &builder));
    return builder.take();
}

std::string to_plain_text(const model::AttributeValue& value) {
    std::string out;
    std::visit(TextWriter{out}, value.value);
    return out;
}

std::string to_plain_text(const model::Item& item) {
    std::string out;
    TextWriter{out}(item);
    return out;
}

}  // namespace faasd::items
