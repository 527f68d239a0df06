#include "aws/protocol/limited_json.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::aws {
namespace {

// By the brackets outside of strings. Of a text that is no JSON it says something, which the parser corrects.
bool json_nests_deeper(std::string_view text, std::size_t most) {
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
            if (++depth > most) return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

}  // namespace

nlohmann::json parse_limited(std::string_view text, std::size_t max_bytes, std::size_t max_depth) {
    if (text.size() > max_bytes || json_nests_deeper(text, max_depth))
        return nlohmann::json(nlohmann::json::value_t::discarded);
    return base::parse_json(text);
}

}  // namespace faasd::aws
