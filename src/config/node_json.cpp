#include "config/node_json.hpp"

#include <cmath>

#include "base/json.hpp"

namespace faasd::config {
namespace {

nlohmann::json scalar_json(const Node& node) {
    if (!node.plain) return node.text;
    const std::string& text = node.text;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    const bool numeric =
        !text.empty() && text.size() < 40 && text.find_first_not_of("0123456789+-.eE") == std::string::npos;
    if (numeric) {
        const auto parsed =
            base::parse_json(text.front() == '+' ? text.substr(1) : text);
        if (parsed.is_number() && (!parsed.is_number_float() || std::isfinite(parsed.get<double>())))
            return parsed;
    }
    return text;
}

}  // namespace

nlohmann::json to_json(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null:
            return nullptr;
        case Node::Kind::scalar:
            return scalar_json(node);
        case Node::Kind::list: {
            auto out = nlohmann::json::array();
            for (const Node& item : node.items)
                out.push_back(to_json(item));
            return out;
        }
        case Node::Kind::map: {
            auto out = nlohmann::json::object();
            for (const Entry& entry : node.entries)
                out[entry.key.text] = to_json(entry.value);
            return out;
        }
    }
    return nullptr;
}

}  // namespace faasd::config
