// The shapes in which the control API answers.
#pragma once

#include "control/operation_table.hpp"
#include "model/http.hpp"

namespace faasd::control {

// {"error": {"code", "message", "detail"}}
[[nodiscard]] model::HttpResponse error_response(const model::OperationError& error);
// {"result": …, "body": "text"} or "body_base64" where the bytes are not UTF-8.
[[nodiscard]] model::HttpResponse operation_response(model::OperationResponse response);

}  // namespace faasd::control
