#include "control/params.hpp"

#include <cmath>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"

namespace faasd::control {
namespace {

const nlohmann::json kNull;

}  // namespace

Params::Params(std::string operation, std::string_view text) : operation_(std::move(operation)) {
    object_ = base::parse_json(text.empty() ? "{}" : text);
    if (!object_.is_object()) refuse("its arguments are not a JSON object");
}

void Params::refuse(const std::string& what) const { throw BadParams{operation_ + ": " + what}; }

const nlohmann::json& Params::value(std::string_view name) {
    known_.emplace(name);
    const auto found = object_.find(name);
    return found == object_.end() ? kNull : *found;
}

const nlohmann::json& Params::required(std::string_view name) {
    const nlohmann::json& found = value(name);
    if (found.is_null()) refuse("'" + std::string(name) + "' is missing");
    return found;
}

const nlohmann::json& Params::array(std::string_view name) {
    const nlohmann::json& found = required(name);
    if (!found.is_array()) refuse("'" + std::string(name) + "' must be an array");
    return found;
}

std::string Params::text(std::string_view name) {
    const nlohmann::json& found = required(name);
    if (!found.is_string()) refuse("'" + std::string(name) + "' must be a string");
    return found.get<std::string>();
}

std::optional<std::string> Params::optional_text(std::string_view name) {
    const nlohmann::json& found = value(name);
    if (found.is_null()) return std::nullopt;
    if (!found.is_string()) refuse("'" + std::string(name) + "' must be a string");
    return found.get<std::string>();
}

std::string Params::text_or(std::string_view name, std::string fallback) {
    return optional_text(name).value_or(std::move(fallback));
}

std::optional<std::uint64_t> Params::optional_count(std::string_view name) {
    const nlohmann::json& found = value(name);
    if (found.is_null()) return std::nullopt;
    if (!found.is_number_unsigned()) refuse("'" + std::string(name) + "' must be a whole number of 0 or more");
    return found.get<std::uint64_t>();
}

bool Params::flag(std::string_view name, bool fallback) {
    const nlohmann::json& found = value(name);
    if (found.is_null()) return fallback;
    if (!found.is_boolean()) refuse("'" + std::string(name) + "' must be true or false");
    return found.get<bool>();
}

std::optional<base::Duration> Params::optional_seconds(std::string_view name) {
    const nlohmann::json& found = value(name);
    if (found.is_null()) return std::nullopt;
    if (!found.is_number()) refuse("'" + std::string(name) + "' must be a number of seconds");
    const double seconds = found.get<double>();
    constexpr double longest = 1e9;
    if (!(seconds >= 0 && seconds <= longest)) refuse("'" + std::string(name) + "' must be between 0 and 1e9 seconds");
    return base::Duration{std::llround(seconds * 1e6)};
}

void Params::finish() const {
    for (const auto& [name, unused] : object_.items()) {
        if (known_.contains(name)) continue;
        const std::vector<std::string> names(known_.begin(), known_.end());
        const auto meant = base::closest(name, names);
        refuse("it takes no '" + name + "'" + (meant ? "; did you mean '" + *meant + "'?" : ""));
    }
}

}  // namespace faasd::control
