// faasd.yaml -> model::App: every mistake of a file at once, each with its place, its line and what is
// allowed.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/app.hpp"

namespace faasd::config {

enum class Severity { error, warning };

struct Diagnostic {
    model::SourcePosition at;  // column in characters
    std::string message;       // quotes the file's text, never the value of a variable
    std::string line;          // the offending line, or the part around `at` of a long one; printable
    std::string hint;          // what is allowed, what was probably meant; may be empty
    Severity severity = Severity::error;
    std::size_t caret = 0;  // characters before the place within `line`
};

struct LoadResult {
    std::optional<model::App> app;        // set exactly when there is no error
    model::App draft;                     // else what could be read, so that others can look for more mistakes
    std::vector<Diagnostic> diagnostics;  // in order of place; warnings too
};

// What ${VAR} refers to.
using Environment = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] Environment process_environment();

// Limits of a file: whatever is in it, reading it takes well under a second and a few dozen megabytes.
inline constexpr std::size_t kMaxFileSize = 1024 * 1024;
inline constexpr int kMaxDepth = 64;

// A faasd.yaml, or a folder with one (faasd.yaml, else faasd.yml). Never throws for what is in the file;
// thread-safe.
[[nodiscard]] LoadResult load(const std::filesystem::path& file_or_folder, const Environment& env);
// `file_name` appears in positions; relative paths of the text start at `folder`.
[[nodiscard]] LoadResult load_text(std::string_view text, std::string file_name,
                                   const std::filesystem::path& folder, const Environment& env);

// A mistake that somebody else has found in the app that was read, with its line of the file as it is now.
[[nodiscard]] Diagnostic diagnostic_at(const model::SourcePosition& at, std::string message);

// For terminals, several lines without a final newline:
//   faasd.yaml:3:5: error: unknown key 'timout' in function 'f'
//       timout: 3s
//       ^
//   hint: did you mean 'timeout'?
[[nodiscard]] std::string render(const Diagnostic& diagnostic);

// Both are made from the tables that the parser itself reads by.
[[nodiscard]] std::string json_schema();     // draft-07; docs/faasd.schema.json
[[nodiscard]] std::string reference_page();  // Markdown; docs/configuration.md

}  // namespace faasd::config
