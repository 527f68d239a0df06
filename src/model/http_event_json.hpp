// Requests as AWS gives them to functions that take JSON: Amazon API Gateway HTTP APIs, payload format version 2.0
// ("Working with AWS Lambda proxy integrations for HTTP APIs"). Plain functions, thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/http.hpp"

namespace faasd::model {

// The event of a request: for a handler that takes JSON.
[[nodiscard]] std::string http_event_json(const HttpRequest& request, std::string_view request_id,
                                          base::TimePoint now);

// The event of a Lambda authorizer, type REQUEST ("Control access to HTTP APIs with AWS Lambda authorizers"): no body.
[[nodiscard]] std::string authorizer_event_json(const HttpRequest& request, std::string_view route_arn,
                                                const std::vector<std::string>& identity,
                                                std::string_view request_id, base::TimePoint now);

// The client's address without its port and brackets.
[[nodiscard]] std::string_view source_ip(const HttpRequest& request);

// Types whose bytes no one reads as text, although they may happen to be valid UTF-8.
[[nodiscard]] bool is_binary_type(std::string_view content_type);
// Repeated fields become one, their values joined by commas.
void join_field(std::map<std::string, std::string>& fields, std::string name, std::string_view value);

}  // namespace faasd::model
