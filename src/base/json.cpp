#include "base/json.hpp"

namespace faasd::base {

nlohmann::json parse_json(std::string_view text) { return nlohmann::json::parse(text, nullptr, false); }
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
