// An outcome as those doors show it that speak JSON and not HTTP.
#pragma once

#include <string>

#include "model/invocation.hpp"

namespace faasd::model {

// The JSON that a successful call returned. An HttpResponse becomes the response format 2.0 of API Gateway's Lambda
// proxy integration: statusCode, headers, cookies, body, isBase64Encoded.
[[nodiscard]] std::string payload_of(Outcome outcome);

// The status with which an HTTP caller learns of a call that did not succeed.
[[nodiscard]] unsigned http_status_of(OutcomeStatus status);

}  // namespace faasd::model
