#include "aws/sqs/message.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "aws/protocol/operation_door.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/message_attributes.hpp"
#include "aws/sqs/parameters.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::int64_t most_delay = 900;

std::optional<base::Duration> checked_delay(std::optional<std::int64_t> delay, bool fifo) {
    if (!delay) return std::nullopt;
    if (*delay < 0 || *delay > most_delay)
        throw Refusal{
            invalid_value(std::to_string(*delay), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")};
    if (fifo && *delay > 0) throw Refusal{not_for_this_queue_type(std::to_string(*delay), "DelaySeconds")};
    if (fifo) return std::nullopt;
    return std::chrono::seconds{*delay};
}

std::string checked_id(std::optional<std::string> id, std::string_view name) {
    if (!id) return {};
    check_id(*id, name);
    return std::move(*id);
}

std::optional<std::string> find_id(const json& given, std::string_view name) {
    const std::string* id = find_text(given, name);
    return id ? std::optional(*id) : std::nullopt;
}

}  // namespace

void check_id(std::string_view value, std::string_view parameter) {
    const bool good = !value.empty() && value.size() <= 128 &&
                      std::ranges::all_of(value, [](char c) { return c > ' ' && c < 0x7f; });
    if (!good) {
        throw Refusal{invalid_value(
            value, parameter,
            std::string(parameter) +
                " can only include alphanumeric and punctuation characters. 1 to 128 in length.")};
    }
}

model::SendRequest checked(GivenMessage given, bool fifo) {
    if (given.body.empty()) throw Refusal{missing("MessageBody")};
    model::SendRequest message;
    message.body = std::move(given.body);
    message.delay = checked_delay(given.delay, fifo);
    message.group_id = checked_id(std::move(given.group_id), "MessageGroupId");
    message.deduplication_id = checked_id(std::move(given.deduplication_id), "MessageDeduplicationId");
    if (fifo && message.group_id.empty()) throw Refusal{missing("MessageGroupId")};
    if (!fifo && !message.deduplication_id.empty())
        throw Refusal{not_for_this_queue_type(message.deduplication_id, "MessageDeduplicationId")};
    return message;
}

model::SendRequest read_message(json& given, bool fifo) {
    (void)required_text(given, "MessageBody");
    model::SendRequest message =
        checked({std::move(given["MessageBody"].get_ref<std::string&>()), find_integer(given, "DelaySeconds"),
                 find_id(given, "MessageGroupId"), find_id(given, "MessageDeduplicationId")},
                fifo);
    message.attributes = read_message_attributes(find(given, "MessageAttributes"));
    message.system_attributes = read_system_attributes(find(given, "MessageSystemAttributes"));
    return message;
}

std::size_t size_of(const model::SendRequest& message) {
    std::size_t size = message.body.size();
    for (const auto& [name, attribute] : message.attributes)
        size += name.size() + attribute.data_type.size() + attribute.value.size();
    return size;
}

}  // namespace faasd::aws::sqs
