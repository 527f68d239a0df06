// Messages as SQS clients send them (API Reference, SendMessage; Developer Guide, "Amazon SQS message
// metadata").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "model/queues.hpp"

namespace faasd::aws::sqs {

// What a message is sent with but for its attributes.
struct GivenMessage {
    std::string body;
    std::optional<std::int64_t> delay;
    std::optional<std::string> group_id, deduplication_id;
};
[[nodiscard]] model::SendRequest checked(GivenMessage given, bool fifo);

// SendMessage's parameters, or one entry of SendMessageBatch. Takes the body out of `given`. Throws a
// Refusal.
[[nodiscard]] model::SendRequest read_message(nlohmann::json& given, bool fifo);

// What counts against the limits: the body, and name, type and value of each attribute.
[[nodiscard]] std::size_t size_of(const model::SendRequest& message);

// Ids of groups, of deduplication and of attempts to receive: 1 to 128 letters, digits and punctuation
// characters. Throws a Refusal that names the parameter.
void check_id(std::string_view value, std::string_view parameter);

}  // namespace faasd::aws::sqs
