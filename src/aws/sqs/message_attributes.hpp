// Attributes of messages as SQS clients send them, and the rules that hold for them (Developer Guide, "Amazon
// SQS message metadata").
#pragma once

#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "model/queues.hpp"

namespace faasd::aws::sqs {

// Both throw a Refusal; null: there are none.
[[nodiscard]] model::MessageAttributes read_message_attributes(const nlohmann::json* given);
[[nodiscard]] std::map<std::string, std::string> read_system_attributes(const nlohmann::json* given);

}  // namespace faasd::aws::sqs
