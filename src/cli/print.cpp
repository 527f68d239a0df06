#include "cli/print.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "cli/cli.hpp"

namespace faasd::cli {

void print_rows(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            std::cout << row[i];
            if (i + 1 < row.size()) std::cout << std::string(widths[i] - row[i].size() + 2, ' ');
        }
        std::cout << '\n';
    }
}

void print_json(const nlohmann::json& value) {
    std::cout << base::to_text(value, 2) << '\n';
}

std::string plain(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    return base::to_text(value);
}

std::string read_data(const std::string& data, const std::string& file) {
    if (file.empty() && data != "-") return data;
    if (file.empty() || file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) throw CommandError(file + " is a folder, not a file");
    std::ifstream in(file, std::ios::binary);
    if (!in) throw CommandError(file + ": " + std::strerror(errno));
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace faasd::cli
