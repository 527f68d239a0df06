#include "services/table/expressions/placeholders.hpp"

#include <algorithm>

#include "items/attribute_value.hpp"
#include "items/validation.hpp"

namespace faasd::table {

using namespace items;
namespace {

bool is_placeholder(std::string_view key, char sign) {
    return key.size() > 1 && key[0] == sign && std::all_of(key.begin() + 1, key.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
           });
}

base::Error bad_key(std::string_view parameter, const std::string& key) {
    return validation_error(std::string(parameter) + " contains invalid key: Syntax error; key: \"" + key +
                            "\"");
}

template <class Map>
base::Result<> check_used(std::string_view parameter, const Map& provided,
                          const std::set<std::string, std::less<>>& used) {
    std::string unused;
    for (const auto& [key, ignored] : provided) {
        if (used.contains(key)) continue;
        if (!unused.empty()) unused += ", ";
        unused += key;
    }
    if (unused.empty()) return {};
    return validation_error("Value provided in " + std::string(parameter) +
                            " unused in expressions: keys: {" + unused + "}");
}

base::Result<> prepare(const model::ExpressionNames& names, model::Item& values) {
    for (const auto& [key, name] : names.names) {
        if (!is_placeholder(key, '#')) return bad_key("ExpressionAttributeNames", key);
        if (name.empty()) {
            return validation_error(
                "ExpressionAttributeNames contains invalid value: the attribute name of the key " + key +
                " is empty");
        }
    }
    for (const auto& [key, value] : values) {
        if (!is_placeholder(key, ':')) return bad_key("ExpressionAttributeValues", key);
    }
    for (auto& [key, value] : values) {
        if (const auto good = items::canonicalize(value); !good) {
            return validation_error("ExpressionAttributeValues contains invalid value: " +
                                    good.error().message + " for key " + key);
        }
    }
    return {};
}

}  // namespace

NameUsage::NameUsage(const model::ExpressionNames& names)
    : names_(names), values_(names.values), placeholders_(prepare(names, values_)) {}

const std::string* NameUsage::name(std::string_view placeholder) {
    const auto found = names_.names.find(std::string(placeholder));
    if (found == names_.names.end()) return nullptr;
    used_.emplace(placeholder);
    return &found->second;
}

const model::AttributeValue* NameUsage::value(std::string_view placeholder) {
    const auto found = values_.find(std::string(placeholder));
    if (found == values_.end()) return nullptr;
    used_.emplace(placeholder);
    return &found->second;
}

base::Result<> NameUsage::check_all_used() const {
    if (auto good = check_used("ExpressionAttributeNames", names_.names, used_); !good) return good;
    return check_used("ExpressionAttributeValues", values_, used_);
}

}  // namespace faasd::table
