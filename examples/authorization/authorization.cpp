// Two authorizers over one table of tokens, one for each shape of an answer, and the two functions behind them.
#include <faasd/function.hpp>

using faasd::Context, faasd::HttpRequest, faasd::HttpResponse, faasd::json;

namespace {

// The row of the caller's token, or nothing. It counts how often it was read, which shows the gateway's cache at work.
std::optional<json> look_up(const json& event, Context& context) {
    std::string token = event.at("identitySource").at(0);
    if (token.starts_with("Bearer ")) token.erase(0, 7);
    return context.table("tokens").update_if({{"bearer", token}}, {"ADD lookups :one", {{":one", 1}}},
                                             "attribute_exists(bearer)");
}

json statement(const char* effect, const std::string& method_and_path) {
    return {{"Effect", effect},
            {"Action", "execute-api:Invoke"},
            {"Resource", "arn:aws:execute-api:*:*:*/*/" + method_and_path}};
}

}  // namespace

// The simple shape: yes or no, and what the function behind it may know of the caller.
json yes_or_no(const json& event, Context& context) {
    const auto row = look_up(event, context);
    if (!row) return {{"isAuthorized", false}};
    return {{"isAuthorized", true}, {"context", {{"user", row->at("owner")}, {"role", row->at("role")}}}};
}
FAASD_FUNCTION(yes_or_no)

// The IAM shape: a policy, kept for the token and evaluated for each of its requests.
json policy_of_caller(const json& event, Context& context) {
    const auto row = look_up(event, context);
    json statements = json::array({statement("Deny", "DELETE/orders/1")});  // nobody, whatever else is allowed
    if (!row)
        statements.push_back(statement("Deny", "*"));
    else if (row->at("role") == "admin")
        statements.push_back(statement("Allow", "*"));
    else
        statements.push_back(statement("Allow", "GET/orders/*"));
    return {{"principalId", row ? row->at("owner") : json("nobody")},
            {"policyDocument", {{"Version", "2012-10-17"}, {"Statement", statements}}},
            {"context", {{"role", row ? row->at("role") : json("none")}}}};
}
FAASD_FUNCTION(policy_of_caller)

HttpResponse me(const HttpRequest& request) {
    return HttpResponse::json({{"user", request.authorizer("user").value_or("")},
                               {"role", request.authorizer("role").value_or("")}});
}
FAASD_FUNCTION(me)

HttpResponse order(const HttpRequest& request) {
    return HttpResponse::json({{"order", request.path_parameter("id")},
                               {"done", request.method() == "DELETE" ? "deleted" : "read"},
                               {"by", request.authorizer("principalId").value_or("")}});
}
FAASD_FUNCTION(order)
