#include "measure/aws_requests.hpp"

#include <cstdlib>

namespace faasd::bench {
namespace {

std::string anonymous_head(const std::string& method, const std::string& path) {
    return method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench/1.0\r\n"
           "X-Amz-Date: 20261124T101530Z\r\n";
}

// About what the SDKs send beside the body.
std::string head(const std::string& method, const std::string& path, const std::string& service) {
    return anonymous_head(method, path) +
           "Authorization: AWS4-HMAC-SHA256 Credential=test/20261124/us-east-1/" + service +
           "/aws4_request, SignedHeaders=host;x-amz-date, "
           "Signature=0000000000000000000000000000000000000000000000000000000000000000\r\n";
}

std::string with_body(std::string head, const std::string& body) {
    return std::move(head) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

std::string aws_json(const std::string& service, const std::string& target, const std::string& body) {
    return with_body(head("POST", "/", service) + "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: " + target + "\r\n",
                     body);
}

std::string s3_request(const std::string& method, const std::string& path, const std::string& body) {
    std::string start = anonymous_head(method, path) + "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n";
    return method == "GET" ? start + "\r\n" : with_body(std::move(start), body);
}

std::string lambda_request(const std::string& function, const std::string& payload) {
    return with_body(head("POST", "/2015-03-31/functions/" + function + "/invocations", "lambda"), payload);
}

std::optional<std::uint16_t> peer(const char* variable) {
    const char* const port = std::getenv(variable);
    if (!port) return std::nullopt;
    return static_cast<std::uint16_t>(std::strtoul(port, nullptr, 10));
}

}  // namespace faasd::bench
