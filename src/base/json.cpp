#include "base/json.hpp"

namespace faasd::base {

bool nests_deeper(std::string_view text, std::size_t deepest) {
    if (text.size() <= deepest) return false;
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepest) return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

nlohmann::json parse_json(std::string_view text, std::size_t deepest) {
    if (nests_deeper(text, deepest)) return nlohmann::json(nlohmann::json::value_t::discarded);
    return nlohmann::json::parse(text, nullptr, false);
}
bool is_json(std::string_view text) { return nlohmann::json::accept(text); }
nlohmann::json parse_stored_json(std::string_view text) { return nlohmann::json::parse(text); }

std::string to_text(const nlohmann::json& value, int indent) {
    return value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}
std::string to_text(const nlohmann::ordered_json& value, int indent) {
    return value.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}
std::optional<std::string> to_exact_text(const nlohmann::json& value) {
    try {
        return value.dump();
    } catch (const nlohmann::json::type_error&) {
        return std::nullopt;
    }
}
std::string to_ascii_text(const nlohmann::json& value) {
    return value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace faasd::base
