#include "items/validation.hpp"

#include <set>
#include <string>
#include <variant>

#include "base/text.hpp"
#include "items/attribute_value.hpp"
#include "items/number.hpp"

namespace faasd::items {
namespace {

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";
constexpr std::size_t kMaxNameBytes = 65535;

base::Error not_valid(std::string_view what) {
    return validation_error(std::string(kInvalid) + std::string(what));
}

base::Result<> check_text(std::string_view text) {
    if (base::is_valid_utf8(text)) return {};
    return not_valid("A string or an attribute name is not valid UTF-8; store other bytes as a binary value");
}

base::Result<> canonicalize_numbers(std::set<std::string>& values) {
    std::set<std::string> canonical;
    for (const std::string& text : values) {
        const auto number = make_number(text);
        if (!number) return number.error();
        if (!canonical.insert(number->text).second)
            return validation_error("Input collection contains duplicates");
    }
    values.swap(canonical);
    return {};
}

base::Result<> canonicalize_value(model::AttributeValue& value, int depth);

base::Result<> canonicalize_map(model::Item& map, int depth) {
    for (auto& [name, value] : map) {
        if (auto good = check_text(name); !good) return good;
        if (name.size() > kMaxNameBytes) {
            return not_valid("An attribute name is longer than 65535 bytes");
        }
        if (auto good = canonicalize_value(value, depth); !good) return good;
    }
    return {};
}

base::Result<> canonicalize_value(model::AttributeValue& value, int depth) {
    if (const auto* text = std::get_if<std::string>(&value.value)) return check_text(*text);
    if (auto* number = std::get_if<model::Number>(&value.value)) {
        auto canonical = make_number(number->text);
        if (!canonical) return canonical.error();
        *number = std::move(*canonical);
        return {};
    }
    if (const auto* set = std::get_if<model::StringSet>(&value.value)) {
        if (set->values.empty()) return not_valid("An string set  may not be empty");
        for (const std::string& text : set->values) {
            if (auto good = check_text(text); !good) return good;
        }
        return {};
    }
    if (auto* set = std::get_if<model::NumberSet>(&value.value)) {
        if (set->values.empty()) return not_valid("An number set  may not be empty");
        return canonicalize_numbers(set->values);
    }
    if (const auto* set = std::get_if<model::BinarySet>(&value.value)) {
        if (set->values.empty()) return not_valid("Binary sets should not be empty");
        return {};
    }
    const bool nested =
        std::holds_alternative<model::List>(value.value) || std::holds_alternative<model::Item>(value.value);
    if (nested && depth >= kMaxNesting) {
        return validation_error("Nesting Levels have exceeded supported limits: an attribute has more than " +
                                std::to_string(kMaxNesting) + " levels of lists and maps");
    }
    if (auto* list = std::get_if<model::List>(&value.value)) {
        for (model::AttributeValue& element : *list) {
            if (auto good = canonicalize_value(element, depth + 1); !good) return good;
        }
    } else if (auto* map = std::get_if<model::Item>(&value.value)) {
        return canonicalize_map(*map, depth + 1);
    }
    return {};
}

}  // namespace

base::Result<> canonicalize(model::AttributeValue& value) {
    return canonicalize_value(value, 0);
}

base::Result<> canonicalize(model::Item& item) {
    if (item.contains("")) return not_valid("An attribute name must not be empty");
    return canonicalize_map(item, 0);
}

base::Result<> check_item_size(const model::Item& item) {
    if (item_size(item) <= kMaxItemBytes) return {};
    return validation_error("Item size has exceeded the maximum allowed size");
}

base::Result<> check_updated_item_size(const model::Item& item) {
    if (item_size(item) <= kMaxItemBytes) return {};
    return validation_error("Item size to update has exceeded the maximum allowed size");
}

}  // namespace faasd::items
