#include "aws/sqs/redrive_policy.hpp"

#include <charconv>

#include <nlohmann/json.hpp>

#include "aws/protocol/limited_json.hpp"
#include "aws/protocol/operation_door.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/queue_address.hpp"
#include "base/json.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;
using Permission = model::RedriveAllow::Permission;

constexpr std::size_t most_listed = 10;

[[noreturn]] void refuse_policy(const std::string& text, std::string_view parameter,
                                std::string_view reason) {
    throw Refusal{invalid_value(text, parameter, reason)};
}

// Consoles and templates write it as a number or as a text.
std::optional<std::int64_t> count_in(const json& value) {
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_string()) return std::nullopt;
    const std::string& text = value.get_ref<const std::string&>();
    std::int64_t count = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return count;
}

std::string_view permission_name(Permission permission) {
    switch (permission) {
        case Permission::all:
            return "allowAll";
        case Permission::none:
            return "denyAll";
        case Permission::listed:
            return "byQueue";
    }
    return "";
}

}  // namespace

std::optional<model::RedrivePolicy> read_redrive_policy(const std::string& text, const Scope& scope) {
    if (text.empty()) return std::nullopt;
    constexpr std::string_view name = "RedrivePolicy";
    const json policy = parse_limited(text);
    if (!policy.is_object()) refuse_policy(text, name, "Redrive policy is not a valid JSON map.");
    const auto target = policy.find("deadLetterTargetArn"), count = policy.find("maxReceiveCount");
    if (target == policy.end())
        refuse_policy(text, name,
                      "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
    if (count == policy.end())
        refuse_policy(text, name, "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
    const auto receives = count_in(*count);
    if (!receives || *receives < 1 || *receives > 1000)
        refuse_policy(text, name,
                      "Invalid value for maxReceiveCount: " +
                          (count->is_string() ? count->get<std::string>() : count->dump()) +
                          ", valid values are from 1 to 1000 both inclusive.");
    QueueAddress to;
    if (!target->is_string() || !address_of_arn(target->get_ref<const std::string&>(), to))
        refuse_policy(text, name, "Invalid value for deadLetterTargetArn.");
    if (to.scope != scope)
        refuse_policy(
            text, name,
            "Dead letter target must be owned by the same account and in the same region as the source.");
    return model::RedrivePolicy{to.engine_name(), static_cast<std::uint32_t>(*receives)};
}

std::optional<model::RedriveAllow> read_redrive_allow_policy(const std::string& text) {
    if (text.empty()) return std::nullopt;
    constexpr std::string_view name = "RedriveAllowPolicy";
    const json policy = parse_limited(text);
    if (!policy.is_object()) refuse_policy(text, name, "Redrive allow policy is not a valid JSON map.");
    const auto permission = policy.find("redrivePermission");
    const std::string said =
        permission != policy.end() && permission->is_string() ? permission->get<std::string>() : "";
    model::RedriveAllow allow;
    if (said == "allowAll")
        allow.permission = Permission::all;
    else if (said == "denyAll")
        allow.permission = Permission::none;
    else if (said == "byQueue")
        allow.permission = Permission::listed;
    else
        refuse_policy(text, name, "redrivePermission must be allowAll, denyAll or byQueue.");
    const auto sources = policy.find("sourceQueueArns");
    if ((allow.permission == Permission::listed) != (sources != policy.end()))
        refuse_policy(text, name,
                      "sourceQueueArns must be given when redrivePermission is byQueue, and only then.");
    if (sources == policy.end()) return allow;
    if (!sources->is_array() || sources->empty() || sources->size() > most_listed)
        refuse_policy(text, name, "sourceQueueArns must list 1 to 10 queues.");
    for (const json& arn : *sources) {
        QueueAddress source;
        if (!arn.is_string() || !address_of_arn(arn.get_ref<const std::string&>(), source))
            refuse_policy(text, name, "Invalid value for sourceQueueArns.");
        allow.sources.push_back(source.engine_name());
    }
    return allow;
}

std::string arn_of(std::string_view engine_name) {
    Scope scope;
    if (const std::size_t first = engine_name.find('/'); first != std::string_view::npos) {
        const std::size_t second = engine_name.find('/', first + 1);
        scope = {std::string(engine_name.substr(0, first)),
                 std::string(engine_name.substr(first + 1, second - first - 1))};
        engine_name.remove_prefix(second + 1);
    }
    return scope.arn("sqs", engine_name);
}

std::string to_json(const model::RedrivePolicy& policy) {
    return base::to_text(json{{"deadLetterTargetArn", arn_of(policy.dead_letter_queue)},
                              {"maxReceiveCount", policy.max_receive_count}});
}

std::string to_json(const model::RedriveAllow& policy) {
    json text = {{"redrivePermission", permission_name(policy.permission)}};
    for (const std::string& source : policy.sources)
        text["sourceQueueArns"].push_back(arn_of(source));
    return base::to_text(text);
}

}  // namespace faasd::aws::sqs
