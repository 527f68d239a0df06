// The bundled examples, as parameters of a test.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/daemon_process.hpp"

namespace faasd::test {

// Those that have the file.
inline std::vector<std::string> examples_with(const std::string& file) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(FAASD_SOURCE_DIR "/examples"))
        if (std::filesystem::exists(entry.path() / file)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

// map-reduce -> map_reduce, as CMake makes an identifier of it.
inline std::string identifier(std::string name) {
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

inline CommandResult check_example(const std::string& name, const std::vector<std::string>& options = {},
                                   const std::map<std::string, std::string>& environment = {}) {
    std::vector<std::string> command{FAASD_EXECUTABLE, "example", "check", name};
    command.insert(command.end(), options.begin(), options.end());
    return run(command, "/", {}, environment);
}

}  // namespace faasd::test
