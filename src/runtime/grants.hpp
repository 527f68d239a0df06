// What a function may use is what the configuration grants it; the refusal names the line to add.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "model/operations.hpp"

namespace faasd::runtime {

// Looks at the resources which `params` names: "queue", "bucket", "table", "function" (and "from_bucket"), of
// the operation itself and of each action of a batch. Nothing: all are granted; then `used`, if it is there, has them.
// Thread-safe.
[[nodiscard]] std::optional<model::OperationError> denied(const model::FunctionDefinition& function,
                                                          const std::string& operation,
                                                          const std::string& params,
                                                          std::vector<model::FunctionDefinition::Grant>* used = nullptr);

}  // namespace faasd::runtime
