#include <faasd/function.hpp>

using faasd::Context, faasd::json;

// Reports the event as it came, with the name of the function that it came to.
json record(std::string_view event, Context& context) {
    context.queue("recorded")
        .send("{\"function\":\"" + std::string(context.function_name()) +
              "\",\"event\":" + std::string(event) + "}");
    return {{"recorded", true}};
}
FAASD_FUNCTION(record)

void refuse(const json&) {
    throw faasd::Error("Refused", "as always");
}
FAASD_FUNCTION(refuse)

json say_yes(std::string_view event, Context& context) {
    record(event, context);
    return {{"isAuthorized", true}, {"context", {{"user", "ada"}, {"level", 7}, {"admin", false}}}};
}
FAASD_FUNCTION(say_yes)

json give_policy(std::string_view event, Context& context) {
    record(event, context);
    const json statement = {{"Effect", "Allow"}, {"Action", "execute-api:Invoke"}, {"Resource", "*"}};
    return {{"principalId", "p-1"},
            {"policyDocument", {{"Version", "2012-10-17"}, {"Statement", {statement}}}},
            {"context", {{"user", "ada"}}}};
}
FAASD_FUNCTION(give_policy)
