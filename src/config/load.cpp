#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <unistd.h>

#include "config/sections.hpp"

extern char** environ;

namespace faasd::config {
namespace {

LoadResult unreadable(const std::filesystem::path& file, std::string message, std::string hint) {
    Diagnostics diagnostics({}, file.string());
    diagnostics.error({}, std::move(message), std::move(hint));
    return {std::nullopt, {}, diagnostics.take()};
}

std::string read_text(const std::filesystem::path& file, bool& is_readable) {
    errno = 0;
    std::ifstream input(file, std::ios::binary);
    std::string text(kMaxFileSize + 1, '\0');
    if (input) input.read(text.data(), static_cast<std::streamsize>(text.size()));
    is_readable = input.is_open() && !input.bad();
    text.resize(static_cast<std::size_t>(input.gcount()));
    return text;
}

// The byte of the line at which its character of this number begins; both from 1.
int byte_of(std::string_view line, int character) {
    std::size_t byte = 0;
    for (; character > 1 && byte < line.size(); --character) {
        do ++byte;
        while (byte < line.size() && (static_cast<unsigned char>(line[byte]) & 0xC0) == 0x80);
    }
    return static_cast<int>(byte) + 1;
}

}  // namespace

Diagnostic diagnostic_at(const model::SourcePosition& at, std::string message) {
    std::error_code error;
    bool is_readable = false;
    std::string text;
    if (std::filesystem::is_regular_file(at.file, error)) text = read_text(at.file, is_readable);
    Diagnostics diagnostics(text, at.file);
    diagnostics.error({at.line, at.column > 0 ? byte_of(diagnostics.line(at.line), at.column) : 0},
                      std::move(message));
    Diagnostic found = std::move(diagnostics.take().front());
    found.at = at;
    return found;
}

Environment process_environment() {
    Environment env;
    for (char** one = environ; one && *one; ++one) {
        const std::string_view text = *one;
        if (const std::size_t equals = text.find('='); equals != std::string_view::npos)
            env.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return env;
}

LoadResult load_text(std::string_view text, std::string file_name, const std::filesystem::path& folder,
                     const Environment& env) {
    Diagnostics diagnostics(text, file_name);
    LoadResult result;
    const std::optional<Node> root = parse_yaml(text, env, diagnostics);
    if (root) {
        std::error_code error;
        const auto absolute = std::filesystem::absolute(folder, error);
        model::App app;
        app.folder = (error ? folder : absolute).lexically_normal();
        if (app.folder.filename().empty() && app.folder.has_relative_path())
            app.folder = app.folder.parent_path();
        app.file = app.folder / std::filesystem::path(file_name).filename();
        app.name = app.folder.filename().string();
        Reading reading(diagnostics, app.folder);
        if (!root->is_map() && !root->is_null()) {
            reading.error(*root, "a faasd.yaml is a mapping, this is " + shown(*root),
                          "start with 'functions:'");
        } else {
            app_section().read(reading, *root, *root, app);
            reading.finish(app);
        }
        if (app.name.empty()) app.name = "app";
        if (diagnostics.has_errors()) {
            result.draft = std::move(app);
        } else {
            result.app = std::move(app);
        }
    }
    result.diagnostics = diagnostics.take();
    return result;
}

LoadResult load(const std::filesystem::path& file_or_folder, const Environment& env) {
    std::error_code error;
    std::filesystem::path file = file_or_folder;
    if (std::filesystem::is_directory(file, error)) {
        file = file_or_folder / "faasd.yaml";
        if (!std::filesystem::exists(file, error)) {
            file = file_or_folder / "faasd.yml";
            if (!std::filesystem::exists(file, error))
                return unreadable(file_or_folder, "this folder has no faasd.yaml",
                                  "`faasd init NAME` writes a new app, or name another folder");
        }
    }
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status))
        return unreadable(file, "there is no such file", "name a faasd.yaml or a folder with one");
    // A pipe or a device could be read without end.
    if (!std::filesystem::is_regular_file(status))
        return unreadable(file, "this is not a regular file", "name a faasd.yaml or a folder with one");
    bool is_readable = false;
    const std::string text = read_text(file, is_readable);
    if (!is_readable)
        return unreadable(file, std::string("the file can't be read: ") + std::strerror(errno), {});
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    return load_text(text, file.string(), folder, env);
}

}  // namespace faasd::config
