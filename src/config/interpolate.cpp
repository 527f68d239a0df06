#include "config/interpolate.hpp"

#include <algorithm>

#include "config/diagnostics.hpp"

namespace faasd::config {
namespace {

constexpr int kMaxNesting = 8;
constexpr std::size_t kMaxResult = 1024 * 1024;

base::Error fault(std::string message) {
    return {std::make_error_code(std::errc::invalid_argument), std::move(message)};
}

bool is_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// The index of the '}' that closes the reference whose contents start at `from`.
std::size_t closing_brace(std::string_view text, std::size_t from) {
    int open = 1;
    for (std::size_t i = from; i < text.size(); ++i) {
        if (text.substr(i).starts_with("${")) {
            ++open;
            ++i;
        } else if (text[i] == '}' && --open == 0) {
            return i;
        }
    }
    return std::string_view::npos;
}

base::Result<std::string> expand(std::string_view text, const Environment& env, int nesting) {
    if (nesting > kMaxNesting) return fault("variables are nested more than 8 deep");
    std::string out;
    std::size_t i = 0;
    while (i < text.size()) {
        if (text.substr(i).starts_with("$${")) {
            out += "${";
            i += 3;
            continue;
        }
        if (!text.substr(i).starts_with("${")) {
            out += text[i++];
            continue;
        }
        const std::size_t end = closing_brace(text, i + 2);
        if (end == std::string_view::npos) return fault("'${' has no closing '}'");
        const std::string_view inside = text.substr(i + 2, end - i - 2);
        const std::size_t separator = inside.find(":-");
        const std::string_view name = inside.substr(0, separator);
        if (!is_name(name)) return fault(in_quotes(name) + " is not the name of a variable");
        const auto found = env.find(name);
        if (found != env.end() && (separator == std::string_view::npos || !found->second.empty())) {
            out += found->second;
        } else if (separator != std::string_view::npos) {
            auto fallback = expand(inside.substr(separator + 2), env, nesting + 1);
            if (!fallback) return fallback;
            out += *fallback;
        } else {
            return fault("the variable " + std::string(name) + " is not set");
        }
        if (out.size() > kMaxResult) return fault("the text is over 1 MiB once its variables are replaced");
        i = end + 1;
    }
    return out;
}

}  // namespace

base::Result<std::string> interpolate(std::string_view text, const Environment& env) {
    return expand(text, env, 0);
}

}  // namespace faasd::config
