#include "aws/sqs/received_message.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "aws/protocol/operation_door.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/json_text.hpp"
#include "aws/sqs/redrive_policy.hpp"
#include "base/digest.hpp"
#include "model/message_digest.hpp"

namespace faasd::aws::sqs {
namespace {

constexpr std::array<std::string_view, 10> kSystemNames{"All",
                                                        "SenderId",
                                                        "SentTimestamp",
                                                        "ApproximateReceiveCount",
                                                        "ApproximateFirstReceiveTimestamp",
                                                        "SequenceNumber",
                                                        "MessageDeduplicationId",
                                                        "MessageGroupId",
                                                        "AWSTraceHeader",
                                                        "DeadLetterQueueSourceArn"};
// AttributeNames is of the type that names queue attributes: each of those is accepted, and none is of a
// message.
constexpr std::array<std::string_view, 21> kQueueNames{"Policy",
                                                       "VisibilityTimeout",
                                                       "MaximumMessageSize",
                                                       "MessageRetentionPeriod",
                                                       "ApproximateNumberOfMessages",
                                                       "ApproximateNumberOfMessagesNotVisible",
                                                       "CreatedTimestamp",
                                                       "LastModifiedTimestamp",
                                                       "QueueArn",
                                                       "ApproximateNumberOfMessagesDelayed",
                                                       "DelaySeconds",
                                                       "ReceiveMessageWaitTimeSeconds",
                                                       "RedrivePolicy",
                                                       "FifoQueue",
                                                       "ContentBasedDeduplication",
                                                       "KmsMasterKeyId",
                                                       "KmsDataKeyReusePeriodSeconds",
                                                       "DeduplicationScope",
                                                       "FifoThroughputLimit",
                                                       "RedriveAllowPolicy",
                                                       "SqsManagedSseEnabled"};

std::string milliseconds(base::TimePoint time) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

void append_system_attributes(std::string& to, const model::Message& message, const Wanted& wanted,
                              const Scope& scope, std::string_view extra) {
    std::string attributes = "{";
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty() && wanted.system(name)) append_member(attributes, name, value);
    };
    add("SenderId", scope.account);
    add("SentTimestamp", milliseconds(message.sent_at));
    add("ApproximateReceiveCount", std::to_string(message.receive_count));
    if (message.receive_count > 0)
        add("ApproximateFirstReceiveTimestamp", milliseconds(message.first_received_at));
    add("MessageGroupId", message.group_id);
    add("MessageDeduplicationId", message.deduplication_id);
    add("SequenceNumber", message.sequence_number);
    for (const auto& [name, value] : message.system_attributes)
        add(name, name == "DeadLetterQueueSourceArn" ? arn_of(value) : value);
    if (!extra.empty()) attributes.append(attributes.back() == '{' ? extra.substr(1) : extra);
    if (attributes.size() == 1) return;
    to.append(",\"Attributes\":").append(attributes).append("}");
}

void append_attributes(std::string& to, const model::Message& message, const Wanted& wanted) {
    model::MessageAttributes shown;
    for (const auto& [name, attribute] : message.attributes)
        if (wanted.attribute(name)) shown.emplace(name, attribute);
    if (shown.empty()) return;
    append_plain_member(to, "MD5OfMessageAttributes", model::md5_of_attributes(shown));
    to.append(",\"MessageAttributes\":{");
    for (const auto& [name, attribute] : shown) {
        if (to.back() != '{') to += ',';
        append_quoted(to, name);
        to.append(":{");
        append_member(to, "DataType", attribute.data_type);
        if (attribute.data_type.starts_with("Binary"))
            append_plain_member(to, "BinaryValue", base::base64_encode(attribute.value));
        else
            append_member(to, "StringValue", attribute.value);
        to += '}';
    }
    to += '}';
}

}  // namespace

Wanted::Wanted(std::vector<std::string> system_names, std::vector<std::string> attribute_names)
    : all_system_(std::ranges::find(system_names, "All") != system_names.end()),
      all_attributes_(std::ranges::any_of(
          attribute_names,
          [](std::string_view name) { return name == "All" || name == ".*" || name == "*"; })),
      system_names_(std::move(system_names)),
      attribute_names_(std::move(attribute_names)) {}

Wanted Wanted::everything() {
    return {{"All"}, {"All"}};
}

bool Wanted::system(std::string_view name) const {
    return all_system_ || std::ranges::find(system_names_, name) != system_names_.end();
}

bool Wanted::attribute(std::string_view name) const {
    if (all_attributes_) return true;
    return std::ranges::any_of(attribute_names_, [name](const std::string& pattern) {
        if (pattern == name) return true;
        return pattern.ends_with(".*") &&
               name.starts_with(std::string_view(pattern).substr(0, pattern.size() - 2));
    });
}

void check_system_names(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (std::ranges::find(kSystemNames, name) != kSystemNames.end()) continue;
        if (std::ranges::find(kQueueNames, name) != kQueueNames.end()) continue;
        throw Refusal{error_of("InvalidAttributeName", "Unknown Attribute " + name + ".")};
    }
}

void append_received(std::string& to, const model::Message& message, const Wanted& wanted, const Scope& scope,
                     std::string_view extra) {
    to += '{';
    append_plain_member(to, "MessageId", message.id);
    append_plain_member(to, "ReceiptHandle", message.receipt_handle);
    append_plain_member(to, "MD5OfBody", message.md5_of_body);
    append_member(to, "Body", message.body);
    if (wanted.any_system()) append_system_attributes(to, message, wanted, scope, extra);
    if (!message.attributes.empty()) append_attributes(to, message, wanted);
    to += '}';
}

std::string received(const std::vector<model::Message>& messages, const Wanted& wanted, const Scope& scope) {
    if (messages.empty()) return "{}";
    std::string text = "{\"Messages\":[";
    for (const model::Message& message : messages) {
        if (text.back() == '}') text += ',';
        append_received(text, message, wanted, scope);
    }
    return text.append("]}");
}

}  // namespace faasd::aws::sqs
