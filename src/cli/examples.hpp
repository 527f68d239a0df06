// The bundled examples: where they are and what belongs to one (docs/guide.md, "Examples").
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace faasd::cli {

struct Example {
    std::string name;
    std::filesystem::path folder;
    std::string summary;                        // the first line of its README below the title
    std::vector<std::filesystem::path> beside;  // subfolders with a faasd.yaml of their own, served in front of it

    [[nodiscard]] bool has(const char* script) const;  // feed, check, load
    // The configuration for a database: faasd.yaml for an empty name, NAME.yaml for others. Throws CommandError where
    // it has none for it.
    [[nodiscard]] std::filesystem::path configuration(const std::string& database) const;
    // Throws CommandError where one of its scripts names a file below sample/ that is not there.
    void require_samples() const;
};

// share/faasd/examples beside an installed program, else those of the tree that it was built from.
[[nodiscard]] std::filesystem::path examples_folder();
[[nodiscard]] std::vector<Example> bundled_examples();  // by name

// A bundled one, or a folder where the name has a '/'. Throws CommandError, with what may have been meant.
[[nodiscard]] Example find_example(const std::string& name);

// Makes a project of it that stands for itself, and returns its files. Throws CommandError where the folder is there and
// is not empty.
std::vector<std::filesystem::path> copy_example(const Example& example, const std::filesystem::path& to);

}  // namespace faasd::cli
