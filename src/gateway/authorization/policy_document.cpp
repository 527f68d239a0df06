#include "gateway/authorization/policy_document.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace faasd::gateway {
namespace {

using model::PolicyCondition;
using model::PolicyStatement;
using nlohmann::json;

base::Error malformed(std::string what) { return {std::make_error_code(std::errc::invalid_argument), std::move(what)}; }

// One text or a list of them, none of which `problem_of` objects to.
template <class Problem>
base::Result<std::vector<std::string>> texts_of(const json& value, const std::string& place, Problem&& problem_of) {
    std::vector<std::string> texts;
    const auto add = [&](const json& one) -> base::Result<> {
        // Conditions compare texts; numbers and booleans are written as such.
        const bool plain = one.is_boolean() || one.is_number();
        if (!one.is_string() && !plain) return malformed(place + " is neither text nor a list of texts");
        std::string text = plain ? base::to_text(one) : one.get<std::string>();
        if (const auto problem = problem_of(text)) return malformed(place + ": '" + text.substr(0, 200) + "' " + *problem);
        texts.push_back(std::move(text));
        return {};
    };
    if (!value.is_array()) {
        if (auto done = add(value); done.has_error()) return done.error();
    } else {
        if (value.empty()) return malformed(place + " is empty");
        for (const json& one : value)
            if (auto done = add(one); done.has_error()) return done.error();
    }
    return texts;
}

base::Result<> read_conditions(const json& tests, const std::string& place, PolicyStatement& into) {
    if (!tests.is_object()) return malformed(place + " is not an object");
    for (const auto& [name, keys] : tests.items()) {
        PolicyCondition condition;
        if (!model::parse_condition_operator(name, condition))
            return malformed(place + " has the test '" + name.substr(0, 200) + "', which faasd does not know");
        if (!keys.is_object()) return malformed(place + '.' + name + " is not an object");
        for (const auto& [key, values] : keys.items()) {
            condition.key = key;
            auto texts = texts_of(values, place + '.' + name + '.' + key, [&](const std::string& text) {
                return model::condition_value_problem(condition, text);
            });
            if (texts.has_error()) return texts.error();
            condition.values = std::move(*texts);
            into.conditions.push_back(condition);
        }
    }
    return {};
}

base::Result<> read_member(const std::string& key, const json& value, const std::string& place,
                           PolicyStatement& into) {
    const std::string at = place + '.' + key;
    if (key == "Effect") {
        if (value != "Allow" && value != "Deny") return malformed(at + " is neither Allow nor Deny");
        into.allow = value == "Allow";
    } else if (key == "Sid") {
        if (!value.is_string()) return malformed(at + " is no text");
        into.sid = value.get<std::string>();
    } else if (key == "Action" || key == "NotAction") {
        if (!into.actions.empty()) return malformed(place + " has both Action and NotAction");
        auto texts = texts_of(value, at, model::action_problem);
        if (texts.has_error()) return texts.error();
        into.actions = std::move(*texts);
        into.not_action = key == "NotAction";
    } else if (key == "Resource" || key == "NotResource") {
        if (!into.resources.empty()) return malformed(place + " has both Resource and NotResource");
        auto texts = texts_of(value, at, model::resource_problem);
        if (texts.has_error()) return texts.error();
        into.resources = std::move(*texts);
        into.not_resource = key == "NotResource";
    } else if (key == "Condition") {
        return read_conditions(value, at, into);
    } else if (key == "Principal" || key == "NotPrincipal") {
        return malformed(at + ": the policy is about the caller already, so it names no principal");
    } else {
        return malformed(place + " has the member '" + key.substr(0, 200) + "', which no statement has");
    }
    return {};
}

base::Result<PolicyStatement> read_statement(const json& value, const std::string& place) {
    if (!value.is_object()) return malformed(place + " is not an object");
    PolicyStatement statement;
    for (const auto& [key, member] : value.items())
        if (auto done = read_member(key, member, place, statement); done.has_error()) return done.error();
    if (!value.contains("Effect")) return malformed(place + ".Effect is missing");
    if (statement.actions.empty()) return malformed(place + ".Action is missing");
    if (statement.resources.empty()) return malformed(place + ".Resource is missing");
    return statement;
}

}  // namespace

base::Result<model::PolicyDocument> parse_policy_document(const json& document) {
    if (!document.is_object()) return malformed("it is not an object");
    model::PolicyDocument policy;
    const json* statements = nullptr;
    for (const auto& [key, value] : document.items()) {
        if (key == "Version") {
            const auto& known = model::kPolicyVersions;
            if (!value.is_string() ||
                std::find(known.begin(), known.end(), value.get_ref<const std::string&>()) == known.end())
                return malformed("Version is not 2012-10-17");
            policy.version = value.get<std::string>();
        } else if (key == "Statement") {
            statements = &value;
        } else if (key != "Id") {
            return malformed("it has the member '" + key.substr(0, 200) + "', which no policy has");
        }
    }
    if (!statements || (statements->is_array() && statements->empty())) return malformed("Statement is missing");
    std::size_t number = 0;
    const auto add = [&](const json& one) -> base::Result<> {
        auto statement = read_statement(one, "Statement[" + std::to_string(number++) + ']');
        if (statement.has_error()) return statement.error();
        policy.statements.push_back(std::move(*statement));
        return {};
    };
    if (!statements->is_array()) {
        if (auto done = add(*statements); done.has_error()) return done.error();
    } else {
        for (const json& one : *statements)
            if (auto done = add(one); done.has_error()) return done.error();
    }
    return policy;
}

}  // namespace faasd::gateway
