// Requests of AWS clients as bytes, signed with a signature that nobody checks, and who else can answer them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace faasd::bench {

// AWS JSON 1.0: target is "AmazonSQS.SendMessage".
[[nodiscard]] std::string aws_json(const std::string& service, const std::string& target, const std::string& body);
// Without a signature: the other server would check it.
[[nodiscard]] std::string s3_request(const std::string& method, const std::string& path, const std::string& body = {});
[[nodiscard]] std::string lambda_request(const std::string& function, const std::string& payload);

// The port of another server of the same API on this machine, of an environment variable ("9324"), to be measured beside.
[[nodiscard]] std::optional<std::uint16_t> peer(const char* variable);

}  // namespace faasd::bench
