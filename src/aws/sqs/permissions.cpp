// Statements of a queue's policy. They are kept and given back; who may do what is not checked here.
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "aws/protocol/limited_json.hpp"
#include "aws/protocol/temporary_key.hpp"
#include "aws/sqs/errors.hpp"
#include "aws/sqs/operations.hpp"
#include "aws/sqs/parameters.hpp"
#include "aws/sqs/refusable.hpp"
#include "base/json.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

constexpr std::size_t most_actions = 7, longest_label = 80;
// Those that can be granted by AddPermission (API Reference).
constexpr std::array<std::string_view, 12> kActions{"*",
                                                    "SendMessage",
                                                    "ReceiveMessage",
                                                    "DeleteMessage",
                                                    "ChangeMessageVisibility",
                                                    "GetQueueUrl",
                                                    "GetQueueAttributes",
                                                    "SetQueueAttributes",
                                                    "PurgeQueue",
                                                    "DeleteQueue",
                                                    "ListQueueTags",
                                                    "ListDeadLetterSourceQueues"};

struct Grant {
    std::string label;
    std::vector<std::string> accounts, actions;
};

void check_label(const std::string& label) {
    const bool good = label.size() <= longest_label && std::ranges::all_of(label, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                 c == '-' || c == '_';
                      });
    if (!good)
        throw Refusal{invalid_value(
            label, "Label",
            "Label can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in "
            "length.")};
}

Grant read_grant(const json& params) {
    const auto accounts = texts(params, "AWSAccountIds"), actions = texts(params, "Actions");
    Grant grant{
        required_text(params, "Label"), {accounts.begin(), accounts.end()}, {actions.begin(), actions.end()}};
    check_label(grant.label);
    if (grant.actions.empty()) throw Refusal{missing("Actions")};
    if (grant.accounts.empty()) throw Refusal{missing("AWSAccountIds")};
    if (grant.actions.size() > most_actions)
        throw Refusal{error_of("OverLimit", std::to_string(grant.actions.size()) +
                                                " Actions were found, maximum allowed is 7.")};
    for (const std::string& account : grant.accounts)
        if (!is_account(account)) throw Refusal{invalid_value(account, "PrincipalId", "Unable to verify.")};
    for (const std::string& action : grant.actions)
        if (std::ranges::find(kActions, action) == kActions.end())
            throw Refusal{
                invalid_value("SQS:" + action, "ActionName",
                              "Please refer to the appropriate WSDL for a list of valid actions. ")};
    return grant;
}

// One alone stands for itself, several are a list.
json one_or_list(const std::vector<std::string>& texts) {
    return texts.size() == 1 ? json(texts.front()) : json(texts);
}

json statement_of(const Grant& grant, const QueueAddress& queue) {
    std::vector<std::string> principals, actions;
    for (const std::string& account : grant.accounts)
        principals.push_back("arn:aws:iam::" + account + ":root");
    for (const std::string& action : grant.actions)
        actions.push_back("SQS:" + action);
    return {{"Sid", grant.label},
            {"Effect", "Allow"},
            {"Principal", {{"AWS", one_or_list(principals)}}},
            {"Action", one_or_list(actions)},
            {"Resource", queue.arn()}};
}

json policy_of(const model::QueueAttributes& attributes, const QueueAddress& queue) {
    const auto found = attributes.other.find("Policy");
    json policy = found == attributes.other.end() ? json() : parse_limited(found->second);
    if (!policy.is_object())
        policy = {{"Version", "2008-10-17"},
                  {"Id", queue.arn() + "/SQSDefaultPolicy"},
                  {"Statement", json::array()}};
    json& statements = policy["Statement"];
    // A policy of one statement may be written without its list.
    if (statements.is_object()) statements = json::array({statements});
    if (!statements.is_array()) statements = json::array();
    return policy;
}

json::iterator find_statement(json& statements, const std::string& label) {
    return std::find_if(statements.begin(), statements.end(), [&](const json& statement) {
        return statement.is_object() && statement.contains("Sid") && statement["Sid"] == label;
    });
}

void add_permission(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    auto change = refusable([grant = read_grant(call.params), queue](model::QueueAttributes& attributes) {
        json policy = policy_of(attributes, queue);
        json& statements = policy["Statement"];
        if (find_statement(statements, grant.label) != statements.end())
            throw Refusal{invalid_value(grant.label, "Label", "Already exists.")};
        statements.push_back(statement_of(grant, queue));
        std::string text = base::to_text(policy);
        if (text.size() > kPolicyBytes)
            throw Refusal{error_of("OverLimit", "The policy would be longer than " +
                                                    std::to_string(kPolicyBytes) + " bytes.")};
        attributes.other["Policy"] = std::move(text);
    });
    queues.change_attributes(queue.engine_name(), std::move(change), answer_done(std::move(call)));
}

void remove_permission(model::Queues& queues, Call call) {
    const QueueAddress queue = queue_of(call);
    auto change =
        refusable([label = required_text(call.params, "Label"), queue](model::QueueAttributes& attributes) {
            json policy = policy_of(attributes, queue);
            json& statements = policy["Statement"];
            const auto found = find_statement(statements, label);
            if (found == statements.end()) throw Refusal{invalid_value(label, "Label", "can't find label.")};
            statements.erase(found);
            if (statements.empty())
                attributes.other.erase("Policy");
            else
                attributes.other["Policy"] = base::to_text(policy);
        });
    queues.change_attributes(queue.engine_name(), std::move(change), answer_done(std::move(call)));
}

}  // namespace

void add_permissions(Operations& to, model::Queues& queues) {
    to.push_back({"AddPermission", false, [&queues](Call call) { add_permission(queues, std::move(call)); }});
    to.push_back(
        {"RemovePermission", false, [&queues](Call call) { remove_permission(queues, std::move(call)); }});
}

}  // namespace faasd::aws::sqs
