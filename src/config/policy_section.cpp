// The app's resource policy: an IAM policy document, written in YAML.
#include <algorithm>

#include "base/text.hpp"
#include "config/sections.hpp"
#include "model/policy.hpp"

namespace faasd::config {
namespace {

using model::PolicyCondition;
using model::PolicyDocument;
using model::PolicyStatement;

std::vector<std::string> words(std::span<const std::string_view> from) { return {from.begin(), from.end()}; }

void read_action(Reading& reading, const Node& node, const std::string& action, bool negated) {
    if (const auto problem = model::action_problem(action)) {
        reading.error(node, shown(node) + ' ' + *problem);
    } else if (!negated && !model::wildcard_match(base::to_lower(action), base::to_lower(model::kInvokeAction))) {
        reading.error(node, shown(node) + " is no action of requests to this app",
                      "write execute-api:Invoke, the only one that there is");
    }
}

void read_resource(Reading& reading, const Node& node, const std::string& resource) {
    if (const auto problem = model::resource_problem(resource)) {
        reading.error(node, shown(node) + ' ' + *problem);
    } else if (!model::may_be_of_this_api(resource)) {
        reading.warning(node, shown(node) + " is a resource of another API: it matches no request here",
                        "write execute-api:/*/GET/path, which means this API everywhere");
    }
}

using Texts = std::vector<std::string> PolicyStatement::*;
using Flag = bool PolicyStatement::*;

// Action or NotAction, Resource or NotResource: one text or a list of them.
Field<PolicyStatement> patterns_field(std::string key, Texts member, Flag negated, bool is_not, std::string what,
                                      std::string doc,
                                      void (*check)(Reading&, const Node&, const std::string&, bool)) {
    return {{key, ValueDescription::list_of(ValueDescription::text(std::move(what))), std::move(doc), {}, false},
            [=](Reading& reading, const Node& node, PolicyStatement& into) {
                into.*negated = is_not;
                for (const Node* one : reading.elements(key, node)) {
                    const auto text = reading.text(key, *one);
                    if (!text) continue;
                    check(reading, *one, *text, is_not);
                    (into.*member).push_back(*text);
                }
            }};
}

void read_principals(Reading& reading, const std::string& kind, const Node& node, PolicyStatement& into) {
    for (const Node* one : reading.elements("Principal", node)) {
        const auto text = reading.text("Principal", *one);
        if (!text) continue;
        into.principals.push_back(*text);
        if (*text != "*" || (!kind.empty() && kind != "AWS"))
            reading.warning(*one, shown(*one) + " sends no request here: whoever calls the app's port is anonymous",
                            "write Principal: \"*\", and let a condition or an authorizer tell callers apart");
    }
}

Field<PolicyStatement> principal_field() {
    const auto name = ValueDescription::list_of(ValueDescription::text("*"));
    return {{"Principal",
             ValueDescription::either({ValueDescription::text("*"), ValueDescription::map_of(name, "{ AWS: \"*\" }")}),
             "Whom it is about. Callers of an app's port are anonymous, which only `\"*\"` names.",
             {},
             true},
            [](Reading& reading, const Node& node, PolicyStatement& into) {
                if (node.is_map()) {
                    for (const Entry& entry : node.entries)
                        read_principals(reading, entry.key.text, entry.value, into);
                } else if (node.is_scalar()) {
                    read_principals(reading, {}, node, into);
                } else {
                    reading.wrong_form("Principal", node, "\"*\" or { AWS: \"*\" }");
                }
            }};
}

void read_test(Reading& reading, const Node& name, const Node& keys, PolicyStatement& into) {
    PolicyCondition condition;
    if (!model::parse_condition_operator(name.text, condition)) {
        reading.error(name, in_quotes(name.written) + " is no test of a condition",
                      guess_or_list(name.text, words(model::condition_operators())));
        return;
    }
    if (!keys.is_map()) {
        reading.wrong_form(name.written, keys, "a mapping: { aws:SourceIp: 192.0.2.0/24 }");
        return;
    }
    const auto known = words(model::condition_keys());
    for (const Entry& entry : keys.entries) {
        condition.key = entry.key.text;
        condition.values.clear();
        if (std::none_of(known.begin(), known.end(),
                         [&](const std::string& key) { return base::iequals(key, condition.key); })) {
            reading.error(entry.key, in_quotes(entry.key.written) + " is nothing that a request has here",
                          guess_or_list(condition.key, known));
            continue;
        }
        for (const Node* one : reading.elements(entry.key.written, entry.value)) {
            const auto text = reading.text(entry.key.written, *one);
            if (!text) continue;
            if (const auto problem = model::condition_value_problem(condition, *text))
                reading.error(*one, shown(*one) + ' ' + *problem);
            condition.values.push_back(*text);
        }
        into.conditions.push_back(condition);
    }
}

Field<PolicyStatement> condition_field() {
    const auto values = ValueDescription::map_of(ValueDescription::list_of(ValueDescription::text("values")),
                                                 "a mapping from a key to values");
    return {{"Condition", ValueDescription::map_of(values, "a mapping from a test to keys and values"),
             "What must hold as well: `{ IpAddress: { aws:SourceIp: 192.0.2.0/24 } }`. Tests: " +
                 joined(words(model::condition_operators())) + ", each also with `IfExists`. Keys: " +
                 joined(words(model::condition_keys())) + ".",
             {},
             false},
            [](Reading& reading, const Node& node, PolicyStatement& into) {
                if (!node.is_map()) return reading.wrong_form("Condition", node, "{ TEST: { KEY: values } }");
                for (const Entry& entry : node.entries)
                    read_test(reading, entry.key, entry.value, into);
            }};
}

// One of a pair, never both.
void check_pair(Reading& reading, const Node& at, const Node& map, const char* key, const char* negated) {
    const Node* one = map.find(key);
    const Node* other = map.find(negated);
    if (one && other) {
        reading.error(*other, in_quotes(key) + " and " + in_quotes(negated) + " don't go together",
                      "keep one of the two");
    } else if (!one && !other) {
        reading.error(at, reading.where() + " needs " + in_quotes(key),
                      std::string(key) == "Action" ? "Action: execute-api:Invoke"
                                                   : "Resource: execute-api:/*, or a method and path of it");
    }
}

void check_statement(Reading& reading, const Node& at, const Node& map, PolicyStatement&) {
    check_pair(reading, at, map, "Action", "NotAction");
    check_pair(reading, at, map, "Resource", "NotResource");
}

Field<PolicyDocument> statements_field() {
    // A list of statements, or one.
    return {{"Statement", ValueDescription::list_of(statement_section().value()), "What is allowed and what is denied.",
             {}, true},
            [](Reading& reading, const Node& node, PolicyDocument& into) {
                const auto add = [&](const Node& one) {
                    Reading::Scope scope(reading, "statement " + std::to_string(into.statements.size() + 1));
                    statement_section().read(reading, one, one, into.statements.emplace_back());
                };
                if (node.is_map()) return add(node);
                if (!node.is_list() || node.items.empty())
                    return reading.wrong_form("Statement", node, "a list of statements, each with Effect, Principal, "
                                                                 "Action and Resource");
                for (const Node& one : node.items)
                    add(one);
            }};
}

const Section<PolicyDocument>& policy_section() {
    using P = PolicyDocument;
    std::vector<std::pair<std::string, std::string>> versions;
    for (const std::string_view version : model::kPolicyVersions)
        versions.emplace_back(version, version);
    static const Section<P> section =
        Section<P>("policy", "policy",
                   "Who may send requests at all, as a resource policy of API Gateway: an IAM policy document. With one, "
                   "a request passes that a statement allows and none denies; a route's authorizer may allow it instead. "
                   "Resources are `execute-api:/STAGE/METHOD/path` (the stage is `$default`) or whole ARNs, with `*` "
                   "and `?`.",
                   {choice_field<P, std::string P::*, std::string>("Version", &P::version, versions,
                                                                    "Of the policy language."),
                    statements_field()});
    return section;
}

}  // namespace

const Section<PolicyStatement>& statement_section() {
    using S = PolicyStatement;
    const auto resource = [](Reading& reading, const Node& node, const std::string& text, bool) {
        read_resource(reading, node, text);
    };
    static const Section<S> section =
        Section<S>(
            "statement", "policy.Statement", "A statement of the policy.",
            {text_field<S>("Sid", &S::sid, "text", "A name for it."),
             choice_field<S, bool S::*, bool>("Effect", &S::allow, {{"Allow", true}, {"Deny", false}},
                                              "Deny wins over every Allow.")
                 .required(),
             principal_field(),
             patterns_field("Action", &S::actions, &S::not_action, false, "execute-api:Invoke", "What is done.",
                            read_action),
             patterns_field("NotAction", &S::actions, &S::not_action, true, "actions",
                            "Everything but this is meant.", read_action),
             patterns_field("Resource", &S::resources, &S::not_resource, false, "resources",
                            "Which requests: `execute-api:/*/GET/products/*`.", resource),
             patterns_field("NotResource", &S::resources, &S::not_resource, true, "resources",
                            "All requests but these.", resource),
             condition_field()})
            .check(check_statement);
    return section;
}

Field<model::App> policy_field() {
    return {{"policy", policy_section().value(), "Who may send requests at all. Without one, everybody.", {}, false},
            [](Reading& reading, const Node& node, model::App& into) {
                Reading::Scope scope(reading, "policy");
                policy_section().read(reading, node, node, into.policy.emplace());
            }};
}

}  // namespace faasd::config
