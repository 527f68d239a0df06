// What a function that answers in JSON means as HTTP: the Lambda proxy response, payload format 2.0.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "model/http.hpp"

namespace faasd::model {

// "Create AWS Lambda proxy integrations for HTTP APIs", API Gateway developer guide. An object with `statusCode` is a
// response: headers, multiValueHeaders, cookies, body, isBase64Encoded; without a content type it is text/plain. Any
// other JSON is itself the body of a 200 application/json. The error says what is wrong with the response, for the
// function's author. Whether names and values of the headers may stand in a head is left to who sends them.
[[nodiscard]] base::Result<HttpResponse> parse_proxy_response(std::string_view json);

}  // namespace faasd::model
