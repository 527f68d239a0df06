// What a function that answers in JSON means as HTTP: the Lambda proxy response, payload format 2.0.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

// "Create AWS Lambda proxy integrations for HTTP APIs", API Gateway developer guide. An object with `statusCode` is a
// response: headers, multiValueHeaders, cookies, body, isBase64Encoded. Any other JSON is itself the body of a
// 200 application/json. The error says what is wrong with the response, for the function's author.
[[nodiscard]] base::Result<model::HttpResponse> parse_proxy_response(std::string_view json);

}  // namespace faasd::gateway
