#include "aws/sqs/attributes.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "aws/protocol/limited_json.hpp"
#include "aws/protocol/operation_door.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/redrive_policy.hpp"

namespace faasd::aws::sqs {
namespace {

using model::QueueAttributes;
using nlohmann::json;
using std::chrono::seconds;

struct SecondsAttribute {
    std::string_view name;
    base::Duration QueueAttributes::*member;
    std::int64_t least, most;
};
constexpr std::array kSeconds{
    SecondsAttribute{"DelaySeconds", &QueueAttributes::delay, 0, 900},
    SecondsAttribute{"MessageRetentionPeriod", &QueueAttributes::retention, 60, 1209600},
    SecondsAttribute{"ReceiveMessageWaitTimeSeconds", &QueueAttributes::receive_wait, 0, 20},
    SecondsAttribute{"VisibilityTimeout", &QueueAttributes::visibility_timeout, 0, 43200},
};

constexpr std::array<std::string_view, 3> kOfFifoQueues{"ContentBasedDeduplication", "DeduplicationScope",
                                                        "FifoThroughputLimit"};
constexpr std::array<std::string_view, 6> kComputed{"ApproximateNumberOfMessages",
                                                    "ApproximateNumberOfMessagesNotVisible",
                                                    "ApproximateNumberOfMessagesDelayed",
                                                    "CreatedTimestamp",
                                                    "LastModifiedTimestamp",
                                                    "QueueArn"};
constexpr std::array<std::string_view, 8> kOther{
    "Policy",        "KmsMasterKeyId",     "KmsDataKeyReusePeriodSeconds",
    "FifoQueue",     "RedriveAllowPolicy", "SqsManagedSseEnabled",
    "RedrivePolicy", "MaximumMessageSize"};

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

[[noreturn]] void refuse_attribute(std::string_view name) {
    throw Refusal{
        error_of("InvalidAttributeValue", "Invalid value for the parameter " + std::string(name) + ".")};
}
[[noreturn]] void refuse_name(std::string message) {
    throw Refusal{error_of("InvalidAttributeName", std::move(message))};
}
[[noreturn]] void refuse_unknown(std::string_view name) {
    refuse_name("Unknown Attribute " + std::string(name) + ".");
}

std::int64_t number_between(std::string_view name, const std::string& text, std::int64_t least,
                            std::int64_t most) {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value < least || value > most)
        refuse_attribute(name);
    return value;
}

bool flag(std::string_view name, const std::string& text) {
    if (text != "true" && text != "false") refuse_attribute(name);
    return text == "true";
}

void keep(QueueAttributes& into, const std::string& name, const std::string& value,
          std::string_view default_value = {}) {
    if (value.empty() || value == default_value)
        into.other.erase(name);
    else
        into.other[name] = value;
}

bool is_on(const QueueAttributes& attributes, const std::string& name) {
    const auto found = attributes.other.find(name);
    return found != attributes.other.end() && found->second != "false";
}

void apply_encryption(const std::string& name, const std::string& value, QueueAttributes& into) {
    if (name == "KmsDataKeyReusePeriodSeconds") {
        (void)number_between(name, value, 60, 86400);
        return keep(into, name, value, "300");
    }
    if (name == "SqsManagedSseEnabled") {
        (void)flag(name, value);
        into.other[name] = value;
    } else {
        keep(into, name, value);
        // A key is used instead of what SQS manages, unless both were asked for at once.
        if (!value.empty() && !into.other.contains("SqsManagedSseEnabled"))
            into.other["SqsManagedSseEnabled"] = "false";
    }
}

void apply_one(const std::string& name, const std::string& value, const Scope& scope, QueueAttributes& into) {
    for (const SecondsAttribute& known : kSeconds) {
        if (known.name == name) {
            into.*known.member = seconds{number_between(name, value, known.least, known.most)};
            return;
        }
    }
    if (name == "MaximumMessageSize") {
        into.max_message_size = static_cast<std::uint32_t>(number_between(name, value, 1024, 1048576));
    } else if (name == "RedrivePolicy") {
        into.redrive = read_redrive_policy(value, scope);
    } else if (name == "RedriveAllowPolicy") {
        into.redrive_allow = read_redrive_allow_policy(value);
    } else if (name == "ContentBasedDeduplication") {
        into.content_based_deduplication = flag(name, value);
    } else if (name == "DeduplicationScope") {
        if (value != "queue" && value != "messageGroup") refuse_attribute(name);
        into.deduplicate_by_group = value == "messageGroup";
    } else if (name == "FifoThroughputLimit") {
        if (value != "perQueue" && value != "perMessageGroupId") refuse_attribute(name);
        keep(into, name, value, "perQueue");
    } else if (name == "Policy") {
        if (!value.empty() && !parse_limited(value).is_object()) refuse_attribute(name);
        keep(into, name, value);
    } else if (is_one_of(kOther, name)) {
        apply_encryption(name, value, into);
    } else {
        refuse_unknown(name);
    }
}

void apply_type(const json& given, Occasion occasion, QueueAttributes& into) {
    const auto fifo = given.find("FifoQueue");
    if (fifo == given.end()) return;
    const std::string& value = fifo->get_ref<const std::string&>();
    if (occasion == Occasion::create) {
        // That a queue is none of them is said by not mentioning it.
        if (!flag("FifoQueue", value)) refuse_unknown("FifoQueue");
        into.fifo = true;
        return;
    }
    if (!into.fifo) refuse_unknown("FifoQueue");
    if (value != "true")
        throw Refusal{error_of(
            "InvalidAttributeValue",
            "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.")};
}

std::string in_seconds(base::Duration time) {
    return std::to_string(std::chrono::duration_cast<seconds>(time).count());
}

json all_attributes(const model::QueueInfo& info, const Scope& scope) {
    const QueueAttributes& a = info.attributes;
    json all = {{"QueueArn", scope.arn("sqs", scope.own_name(info.name))},
                {"ApproximateNumberOfMessages", std::to_string(info.visible)},
                {"ApproximateNumberOfMessagesNotVisible", std::to_string(info.in_flight)},
                {"ApproximateNumberOfMessagesDelayed", std::to_string(info.delayed)},
                {"CreatedTimestamp", in_seconds(info.created_at.time_since_epoch())},
                {"LastModifiedTimestamp", in_seconds(info.modified_at.time_since_epoch())},
                {"MaximumMessageSize", std::to_string(a.max_message_size)},
                {"SqsManagedSseEnabled", "true"}};
    for (const SecondsAttribute& known : kSeconds)
        all[std::string(known.name)] = in_seconds(a.*known.member);
    if (a.redrive) all["RedrivePolicy"] = to_json(*a.redrive);
    if (a.redrive_allow) all["RedriveAllowPolicy"] = to_json(*a.redrive_allow);
    if (a.fifo) {
        all["FifoQueue"] = "true";
        all["ContentBasedDeduplication"] = a.content_based_deduplication ? "true" : "false";
        all["DeduplicationScope"] = a.deduplicate_by_group ? "messageGroup" : "queue";
        all["FifoThroughputLimit"] = "perQueue";
    }
    for (const auto& [name, value] : a.other)
        all[name] = value;
    if (a.other.contains("KmsMasterKeyId") && !a.other.contains("KmsDataKeyReusePeriodSeconds"))
        all["KmsDataKeyReusePeriodSeconds"] = "300";
    return all;
}

bool is_known(std::string_view name) {
    return std::ranges::any_of(kSeconds, [&](const SecondsAttribute& known) { return known.name == name; }) ||
           is_one_of(kComputed, name) || is_one_of(kOther, name) || is_one_of(kOfFifoQueues, name);
}

}  // namespace

void apply_attributes(const json& given, const Scope& scope, Occasion occasion, QueueAttributes& into) {
    apply_type(given, occasion, into);
    for (const auto& [name, value] : given.items()) {
        if (name == "FifoQueue") continue;
        if (!into.fifo && is_one_of(kOfFifoQueues, name)) {
            if (name == "ContentBasedDeduplication") refuse_unknown(name);
            refuse_name("You can specify the " + name + " only when FifoQueue is set to true.");
        }
        apply_one(name, value.get_ref<const std::string&>(), scope, into);
    }
    if (is_on(into, "KmsMasterKeyId") && is_on(into, "SqsManagedSseEnabled"))
        refuse_name(
            "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE "
            "or "
            "SQS SSE.");
    // High throughput: both go together (Developer Guide, "High throughput for FIFO queues").
    if (into.other.contains("FifoThroughputLimit") && !into.deduplicate_by_group)
        throw Refusal{error_of(
            "InvalidAttributeValue",
            "The perMessageGroupId value of the FifoThroughputLimit attribute is allowed only when the "
            "value of the DeduplicationScope attribute is messageGroup.")};
}

Error attributes_error(const base::Error& error, const json& given) {
    const auto of_policy = [&](std::string_view reason) {
        return invalid_value(given.value("RedrivePolicy", ""), "RedrivePolicy", reason);
    };
    if (error.code == model::QueueErrc::no_such_dead_letter_queue)
        return of_policy("Dead letter target does not exist.");
    if (error.code == model::QueueErrc::redrive_not_allowed)
        return of_policy("The dead-letter queue's RedriveAllowPolicy does not allow this queue to use it.");
    // Whatever else can be wrong with an attribute was found before.
    if (error.code == model::QueueErrc::invalid_attribute && !error.detail && given.contains("RedrivePolicy"))
        return of_policy(
            "Dead letter target must be another queue of the same type: a FIFO queue needs a FIFO queue, a "
            "standard queue a standard queue.");
    return from_engine(error);
}

std::string first_difference(const json& given, const QueueAttributes& wanted, const QueueAttributes& there) {
    if (wanted.fifo != there.fifo) return "FifoQueue";
    const auto kept = [](const QueueAttributes& of, const std::string& name) {
        const auto found = of.other.find(name);
        return found == of.other.end() ? std::string() : found->second;
    };
    for (const auto& [name, value] : given.items()) {
        bool differs = kept(wanted, name) != kept(there, name);
        for (const SecondsAttribute& known : kSeconds)
            if (known.name == name) differs = wanted.*known.member != there.*known.member;
        if (name == "MaximumMessageSize") differs = wanted.max_message_size != there.max_message_size;
        if (name == "RedrivePolicy") differs = wanted.redrive != there.redrive;
        if (name == "RedriveAllowPolicy") differs = wanted.redrive_allow != there.redrive_allow;
        if (name == "ContentBasedDeduplication")
            differs = wanted.content_based_deduplication != there.content_based_deduplication;
        if (name == "DeduplicationScope") differs = wanted.deduplicate_by_group != there.deduplicate_by_group;
        if (name == "SqsManagedSseEnabled") differs = value == "false" && kept(there, name) != "false";
        if (differs) return name;
    }
    return {};
}

json describe_attributes(const model::QueueInfo& info, const Scope& scope,
                         const std::vector<std::string_view>& names) {
    json all = all_attributes(info, scope);
    json chosen = json::object();
    bool everything = false;
    for (const std::string_view name : names) {
        if (name == "All")
            everything = true;
        else if (!is_known(name))
            refuse_unknown(name);
        else if (const auto found = all.find(name); found != all.end())
            chosen[std::string(name)] = *found;
    }
    return everything ? all : chosen;
}

}  // namespace faasd::aws::sqs
