#include "aws/protocol/limited_json.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::aws {

nlohmann::json parse_limited(std::string_view text, std::size_t max_bytes, std::size_t max_depth) {
    if (text.size() > max_bytes) return nlohmann::json(nlohmann::json::value_t::discarded);
    return base::parse_json(text, max_depth);
}

}  // namespace faasd::aws
