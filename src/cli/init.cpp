#include <filesystem>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>

#include "cli/cli.hpp"
#include "cli/templates.hpp"

namespace faasd::cli {
namespace {

// The name becomes a folder, a CMake project and a target.
void check_name(const std::string& name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    if (name.empty() || name.front() == '-' || !std::all_of(name.begin(), name.end(), allowed))
        throw CommandError("'" + name + "' is not a project's name; use letters, digits, '-' and '_'", kWrongUsage);
}

std::string fill_in(std::string_view text, const std::string& name) {
    std::string out(text);
    for (std::size_t at = 0; (at = out.find("@NAME@", at)) != std::string::npos; at += name.size())
        out.replace(at, 6, name);
    return out;
}

void init(const std::string& name, const std::string& template_name) {
    check_name(name);
    const std::filesystem::path folder(name);
    std::error_code error;
    if (std::filesystem::exists(folder, error) && !std::filesystem::is_empty(folder, error))
        throw CommandError(name + " is there already and is not empty");
    for (const ProjectTemplate& one : project_templates()) {
        if (one.name != template_name) continue;
        std::filesystem::create_directories(folder);
        for (const TemplateFile& file : one.files) {
            std::ofstream out(folder / file.path);
            out << fill_in(file.text, name);
            if (!out.flush()) throw CommandError((folder / file.path).string() + ": it could not be written");
            std::cout << "wrote " << (folder / file.path).string() << '\n';
        }
    }
    std::cout << "\nNow: faasd serve " << name << '\n';
}

}  // namespace

void add_init(CLI::App& app, Program&) {
    auto name = std::make_shared<std::string>();
    auto chosen = std::make_shared<std::string>("http");
    std::vector<std::string> names;
    std::string help = "What to begin with:";
    for (const ProjectTemplate& one : project_templates()) {
        names.emplace_back(one.name);
        help += ' ' + std::string(one.name) + " (" + std::string(one.help) + ')';
    }
    auto* command = app.add_subcommand("init", "Write a new project that builds and serves");
    command->add_option("name", *name, "The project's name and folder")->required();
    command->add_option("--template,-t", *chosen, help)->check(CLI::IsMember(names))->capture_default_str();
    command->footer("Example: faasd init hello && faasd serve hello");
    command->callback([name, chosen] { init(*name, *chosen); });
}

}  // namespace faasd::cli
