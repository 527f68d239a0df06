// HTTP and the JSON that AWS makes of it: Amazon API Gateway HTTP APIs, payload format version 2.0 ("Working
// with AWS Lambda proxy integrations for HTTP APIs"). Plain functions, thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "faasd/abi.h"
#include "model/http.hpp"

namespace faasd::runtime {

// The request in an event: for a handler that takes HTTP and is invoked with JSON. Owns what the ABI struct
// points to, so it stays where it is.
class HttpEvent {
  public:
    HttpEvent() = default;
    HttpEvent(const HttpEvent&) = delete;
    HttpEvent& operator=(const HttpEvent&) = delete;
    // The error says which member is missing or of another type.
    [[nodiscard]] base::Result<> parse(std::string_view json);
    // Points into the request, which must outlive this.
    void borrow(const model::HttpRequest& request);
    [[nodiscard]] const faasd_http_request& request() const { return request_; }

  private:
    faasd_string keep(std::string text);

    std::vector<std::unique_ptr<std::string>> texts_;
    std::vector<faasd_field> headers_, path_parameters_, authorizer_;
    faasd_http_request request_{};
};

// {"statusCode":…,"headers":…,"cookies":…,"body":…,"isBase64Encoded":…}: what an HTTP handler answers to
// JSON.
[[nodiscard]] std::string proxy_response_json(unsigned status,
                                              const std::vector<std::pair<std::string, std::string>>& headers,
                                              std::string_view body);

}  // namespace faasd::runtime
