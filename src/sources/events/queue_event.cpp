#include "sources/events/queue_event.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "model/message_digest.hpp"

namespace faasd::sources {

std::string queue_record(const model::Message& message, std::string_view queue, const AwsIdentity& identity) {
    nlohmann::ordered_json attributes = {
        {"ApproximateReceiveCount", std::to_string(message.receive_count)},
        {"SentTimestamp", std::to_string(base::to_millis(message.sent_at))},
        {"SenderId", identity.account},
        {"ApproximateFirstReceiveTimestamp", std::to_string(base::to_millis(message.first_received_at))},
    };
    if (!message.sequence_number.empty()) attributes["SequenceNumber"] = message.sequence_number;
    if (!message.group_id.empty()) attributes["MessageGroupId"] = message.group_id;
    if (!message.deduplication_id.empty()) attributes["MessageDeduplicationId"] = message.deduplication_id;
    for (const auto& [name, value] : message.system_attributes)
        attributes[name] = name == "DeadLetterQueueSourceArn" ? identity.arn("sqs", value) : value;

    nlohmann::ordered_json message_attributes = nlohmann::ordered_json::object();
    for (const auto& [name, attribute] : message.attributes) {
        nlohmann::ordered_json rendered = nlohmann::ordered_json::object();
        if (attribute.data_type.starts_with("Binary")) {
            rendered["binaryValue"] = base::base64_encode(attribute.value);
        } else {
            rendered["stringValue"] = attribute.value;
        }
        rendered["stringListValues"] = nlohmann::ordered_json::array();
        rendered["binaryListValues"] = nlohmann::ordered_json::array();
        rendered["dataType"] = attribute.data_type;
        message_attributes[name] = std::move(rendered);
    }
    nlohmann::ordered_json record = {
        {"messageId", message.id},
        {"receiptHandle", message.receipt_handle},
        {"body", message.body},
        {"attributes", std::move(attributes)},
        {"messageAttributes", std::move(message_attributes)},
        {"md5OfBody", message.md5_of_body},
        {"eventSource", "aws:sqs"},
        {"eventSourceARN", identity.arn("sqs", queue)},
        {"awsRegion", identity.region},
    };
    if (!message.attributes.empty())
        record["md5OfMessageAttributes"] = model::md5_of_attributes(message.attributes);
    return base::to_text(record);
}

}  // namespace faasd::sources
