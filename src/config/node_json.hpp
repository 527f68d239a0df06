// A part of the file that stands for a JSON value.
#pragma once

#include <nlohmann/json.hpp>

#include "config/yaml_tree.hpp"

namespace faasd::config {

// Plain scalars as YAML's core schema reads them; quoted ones are text. Text may be of any bytes.
[[nodiscard]] nlohmann::json to_json(const Node& node);

}  // namespace faasd::config
