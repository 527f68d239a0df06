// The same writes through the other door: as clients of AWS make them.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "support/daemon_process.hpp"

namespace faasd::test {

// AWS JSON: `target` is "AmazonSQS.SendMessage". An unanswered request has status 0.
gateway::ClientResponse aws_call(const DaemonProcess& daemon, const std::string& target, const nlohmann::json& params);
gateway::ClientResponse s3_put(const DaemonProcess& daemon, const std::string& bucket, const std::string& key,
                               const std::string& bytes);
gateway::ClientResponse lambda_event(const DaemonProcess& daemon, const std::string& function, const nlohmann::json& payload);

}  // namespace faasd::test
