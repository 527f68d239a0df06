// The projects that `faasd init` writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faasd::cli {

struct TemplateFile {
    std::string_view path;
    std::string_view text;  // "@NAME@" stands for the project's name
};
struct ProjectTemplate {
    std::string_view name, help;
    std::vector<TemplateFile> files;
};

[[nodiscard]] const std::vector<ProjectTemplate>& project_templates();

}  // namespace faasd::cli
