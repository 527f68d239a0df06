// How results look on a terminal.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace faasd::cli {

// Columns as wide as their widest cell; the first row is the heading.
void print_rows(const std::vector<std::vector<std::string>>& rows);
void print_json(const nlohmann::json& value);

// The text of a JSON scalar without quotes; other values as JSON.
[[nodiscard]] std::string plain(const nlohmann::json& value);

// What a --data, --data-file pair or '-' (standard input) names. Throws CommandError.
[[nodiscard]] std::string read_data(const std::string& data, const std::string& file);

}  // namespace faasd::cli
