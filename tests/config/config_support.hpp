// What the tests of the configuration share: a folder, an environment, and mistakes in one line each.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace faasd::config::testing {

inline const Environment kEnvironment{
    {"STAGE", "prod"}, {"EMPTY", ""}, {"SECRET", "hunter2"}, {"PORT", "8080"}, {"BYTES", "\xC3\x28"}};

inline LoadResult read(std::string_view text) {
    return load_text(text, "faasd.yaml", "/no/such/folder/shop", kEnvironment);
}

// "3:5: error: message | hint", without the sources that do not exist.
inline std::vector<std::string> mistakes(std::string_view text) {
    std::vector<std::string> out;
    for (const Diagnostic& one : read(text).diagnostics) {
        if (one.severity == Severity::warning && one.message.ends_with("does not exist")) continue;
        out.push_back(std::to_string(one.at.line) + ':' + std::to_string(one.at.column) +
                      (one.severity == Severity::error ? ": error: " : ": warning: ") + one.message +
                      (one.hint.empty() ? "" : " | " + one.hint));
    }
    return out;
}

// With a function f, on a line of its own before the text.
inline std::string with_f(const std::string& text) {
    return "functions: { f: f.so }\n" + text;
}

inline model::App app_of(std::string_view text) {
    LoadResult result = read(text);
    if (!result.app)
        throw std::runtime_error(result.diagnostics.empty() ? "no app" : render(result.diagnostics.front()));
    return std::move(*result.app);
}

}  // namespace faasd::config::testing
