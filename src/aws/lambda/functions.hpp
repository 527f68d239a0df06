// Functions as Lambda describes them.
#pragma once

#include <nlohmann/json.hpp>

#include "aws/protocol/call.hpp"
#include "model/app.hpp"

namespace faasd::aws::lambda {

// The shape FunctionConfiguration. Looks at the function's files, so it blocks.
[[nodiscard]] nlohmann::json configuration_of(const model::FunctionDefinition& function, const Scope& scope);

// The shape GetFunctionResponse.
[[nodiscard]] nlohmann::json description_of(const model::FunctionDefinition& function, const Scope& scope);

}  // namespace faasd::aws::lambda
