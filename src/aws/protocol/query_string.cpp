#include "aws/protocol/query_string.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace faasd::aws {
namespace {

struct Pair {
    std::string_view name, value;
};

// Takes the next pair off; false at the end.
bool next(std::string_view& rest, Pair& pair) {
    while (!rest.empty()) {
        const std::string_view text = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(text.size() + 1, rest.size()));
        if (text.empty()) continue;
        const std::size_t equals = text.find('=');
        pair = {text.substr(0, equals), equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1)};
        return true;
    }
    return false;
}

std::string decoded(std::string_view text) {
    return base::percent_decode(text, true).value_or(std::string(text));
}

}  // namespace

std::optional<std::string_view> raw_parameter(std::string_view query, std::string_view name) {
    for (Pair pair; next(query, pair);)
        if (pair.name == name) return pair.value;
    return std::nullopt;
}

std::optional<std::string> parameter(std::string_view query, std::string_view name) {
    const auto raw = raw_parameter(query, name);
    if (!raw) return std::nullopt;
    return base::percent_decode(*raw, true);
}

std::vector<std::pair<std::string, std::string>> parameters(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> all;
    for (Pair pair; next(query, pair);)
        all.emplace_back(decoded(pair.name), decoded(pair.value));
    return all;
}

}  // namespace faasd::aws
