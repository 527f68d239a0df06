// RedrivePolicy and RedriveAllowPolicy: JSON texts whose queues are ARNs, and names to the engine (Developer
// Guide, "Using dead-letter queues in Amazon SQS").
#pragma once

#include <optional>
#include <string>

#include "aws/protocol/call.hpp"
#include "model/queues.hpp"

namespace faasd::aws::sqs {

// Both throw a Refusal. An empty text takes the policy away.
[[nodiscard]] std::optional<model::RedrivePolicy> read_redrive_policy(const std::string& text,
                                                                      const Scope& scope);
[[nodiscard]] std::optional<model::RedriveAllow> read_redrive_allow_policy(const std::string& text);

[[nodiscard]] std::string to_json(const model::RedrivePolicy& policy);
[[nodiscard]] std::string to_json(const model::RedriveAllow& policy);

// The ARN of whatever the engine calls so.
[[nodiscard]] std::string arn_of(std::string_view engine_name);

}  // namespace faasd::aws::sqs
