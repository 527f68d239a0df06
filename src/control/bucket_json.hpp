// Objects as operations describe them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/blobs.hpp"

namespace faasd::control {

[[nodiscard]] nlohmann::json describe(const model::ObjectInfo& object);

}  // namespace faasd::control
