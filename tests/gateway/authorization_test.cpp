// Routes whose authorizer is asked first, through the gateway.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "gateway/authorizing_invoker.hpp"
#include "gateway/function_handler.hpp"
#include "gateway/gateway_fixture.hpp"

namespace faasd::gateway::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

model::PolicyDocument policy_of(bool allow, std::string resource) {
    model::PolicyDocument policy;
    policy.statements.push_back({allow, false, false, "", {"*"}, {"execute-api:Invoke"}, {std::move(resource)}, {}});
    return policy;
}

struct Authorization : ::testing::Test {
    Authorization() {
        for (const auto& [method, path, authorizer] :
             {std::tuple{"GET", "/me", "tokens"}, {"GET", "/admin", "tokens"}, {"ANY", "/any/{rest+}", "tokens"},
              {"GET", "/open", ""}}) {
            model::RouteDefinition route;
            route.method = method;
            route.path = path;
            route.function = "page";
            route.authorizer = authorizer;
            app.routes.push_back(std::move(route));
        }
        model::AuthorizerDefinition tokens;
        tokens.name = "tokens";
        tokens.function = "authorize";
        app.authorizers.push_back(std::move(tokens));
        handler.update(app);
    }
    Answer ask(const std::string& target, const std::string& fields = "Authorization: t0ken\r\n",
               const std::string& method = "GET") {
        client.send(method + " " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n");
        return client.receive(method == "HEAD");
    }
    model::App app;
    base::ManualClock clock;
    AuthorizingInvoker invoker;
    FunctionHandler handler{invoker, clock};
    Gateway gateway{handler};
    Client client{gateway.port()};
};

TEST_F(Authorization, passes_an_allowed_request_on_with_what_the_authorizer_said) {
    EXPECT_EQ(ask("/me").body, "hello");
    ASSERT_NE(invoker.authorization(), nullptr);
    EXPECT_EQ(invoker.authorization()->context_json, R"({"level":7,"user":"ada"})");
    EXPECT_THAT(invoker.authorization()->context, ElementsAre(std::pair("level", "7"), std::pair("user", "ada")));
    EXPECT_THAT(invoker.traces, ElementsAre(invoker.traces[0], invoker.traces[0])) << "one chain";
}

TEST_F(Authorization, asks_with_the_event_of_payload_format_2) {
    ask("/any/a%20b?x=1", "authorization: t0ken\r\nCookie: a=1; b=2\r\nX-Mine: y\r\n", "POST");
    ASSERT_EQ(invoker.questions.size(), 1U);
    const json& event = invoker.questions[0];
    EXPECT_EQ(event["version"], "2.0");
    EXPECT_EQ(event["type"], "REQUEST");
    EXPECT_EQ(event["routeArn"], "arn:aws:execute-api:us-east-1:000000000000:faasd/$default/POST/any/a b");
    EXPECT_EQ(event["identitySource"], json::parse(R"(["t0ken"])"));
    EXPECT_EQ(event["routeKey"], "ANY /any/{rest+}");
    EXPECT_EQ(event["rawPath"], "/any/a%20b");
    EXPECT_EQ(event["rawQueryString"], "x=1");
    EXPECT_EQ(event["cookies"], json::parse(R"(["a=1", "b=2"])"));
    EXPECT_EQ(event["headers"]["x-mine"], "y");
    EXPECT_EQ(event["pathParameters"]["rest"], "a b");
    EXPECT_EQ(event["requestContext"]["http"]["method"], "POST");
    EXPECT_EQ(event["requestContext"]["stage"], "$default");
    EXPECT_FALSE(event.contains("body"));
}

TEST_F(Authorization, answers_401_without_asking_where_the_identity_is_missing) {
    for (const char* fields : {"", "Authorization:\r\n", "X-Authorization: t\r\n"}) {
        const Answer answer = ask("/me", fields);
        EXPECT_EQ(answer.status, 401U) << fields;
        EXPECT_THAT(answer.body, HasSubstr(R"({"message":"Unauthorized")"));
    }
    EXPECT_TRUE(invoker.questions.empty());
    EXPECT_EQ(invoker.calls, 0);
    EXPECT_EQ(ask("/open", "").status, 200U);
    EXPECT_EQ(invoker.authorization(), nullptr);
}

TEST_F(Authorization, answers_403_where_the_answer_is_no) {
    invoker.answer = [] { return answered(R"({"isAuthorized": false})"); };
    const Answer answer = ask("/me");
    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(answer.body, "{\"message\":\"Forbidden\"}\n");
    EXPECT_EQ(invoker.calls, 0);
    ask("/me");
    EXPECT_EQ(invoker.questions.size(), 1U) << "a no is kept like a yes";
}

TEST_F(Authorization, answers_500_with_the_reason_where_the_authorizer_fails_or_talks_nonsense) {
    invoker.answer = [] {
        model::Outcome outcome;
        outcome.status = model::OutcomeStatus::function_error;
        outcome.error = {"std::runtime_error", "no table"};
        return outcome;
    };
    Answer answer = ask("/me");
    EXPECT_EQ(answer.status, 500U);
    EXPECT_THAT(answer.body, HasSubstr(R"({"message":"Internal Server Error","errorType":"std::runtime_error")"));
    EXPECT_THAT(answer.body, HasSubstr("authorizer tokens: function authorize: no table"));
    invoker.answer = [] { return answered(R"({"authorized": true})"); };
    answer = ask("/me");
    EXPECT_EQ(answer.status, 500U) << "a failure is not kept";
    EXPECT_THAT(answer.body, HasSubstr("it has neither isAuthorized nor policyDocument"));
    EXPECT_THAT(answer.body, Not(HasSubstr("t0ken")));
    EXPECT_EQ(invoker.questions.size(), 2U);
    EXPECT_EQ(invoker.calls, 0);
}

TEST_F(Authorization, keeps_an_answer_for_its_ttl_and_no_longer) {
    ask("/me");
    clock.advance(300s - 1us);
    ask("/me");
    EXPECT_EQ(invoker.questions.size(), 1U);
    EXPECT_EQ(invoker.authorization()->context_json, R"({"level":7,"user":"ada"})") << "kept with its context";
    clock.advance(1us);
    ask("/me");
    EXPECT_EQ(invoker.questions.size(), 2U);
    ask("/me", "Authorization: another\r\n");
    EXPECT_EQ(invoker.questions.size(), 3U) << "somebody else";
    EXPECT_EQ(invoker.calls, 4);
}

TEST_F(Authorization, asks_each_time_where_the_ttl_is_0) {
    app.authorizers[0].cache_ttl = 0s;
    handler.update(app);
    ask("/me");
    ask("/me");
    EXPECT_EQ(invoker.questions.size(), 2U);
}

TEST_F(Authorization, evaluates_a_kept_policy_anew_for_each_route) {
    invoker.answer = [] {
        return answered(R"({"principalId": "ada", "context": {}, "policyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/*/*/*"},
            {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "execute-api:/*/GET/admin"}]}})");
    };
    EXPECT_EQ(ask("/me").status, 200U);
    EXPECT_EQ(invoker.authorization()->principal_id, "ada");
    EXPECT_EQ(ask("/admin").status, 403U);
    EXPECT_EQ(ask("/%61dmin").status, 403U) << "however it is spelt";
    EXPECT_EQ(ask("/admin", "Authorization: t0ken\r\n", "HEAD").status, 403U) << "HEAD is answered by GET";
    EXPECT_EQ(ask("/any/x").status, 200U);
    EXPECT_EQ(invoker.questions.size(), 1U);
}

TEST_F(Authorization, keeps_answers_apart_by_route_where_the_route_is_part_of_the_identity) {
    app.authorizers[0].identity_sources.push_back({model::IdentitySource::Kind::context, "routeKey"});
    handler.update(app);
    ask("/me");
    ask("/admin");
    ask("/me");
    EXPECT_EQ(invoker.questions.size(), 2U);
    EXPECT_EQ(invoker.questions[1]["identitySource"], json::parse(R"(["t0ken", "GET /admin"])"));
}

TEST_F(Authorization, never_sees_a_preflight) {
    app.cors.emplace();
    app.cors->allow_origins = {"https://a.example"};
    app.policy = policy_of(false, "*");
    handler.update(app);
    EXPECT_EQ(ask("/me", "Origin: https://a.example\r\nAccess-Control-Request-Method: GET\r\n", "OPTIONS").status, 204U);
    const Answer answer = ask("/me", "Origin: https://a.example\r\n");
    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(answer.field("access-control-allow-origin"), "https://a.example") << "a browser may read the refusal";
}

TEST_F(Authorization, obeys_the_apps_policy_first) {
    app.policy = policy_of(true, "execute-api:/*/GET/open");
    handler.update(app);
    EXPECT_EQ(ask("/open", "").status, 200U);
    EXPECT_EQ(ask("/me").status, 200U) << "either of the two may allow";
    app.policy = policy_of(true, "execute-api:/*/GET/me");
    handler.update(app);
    Answer answer = ask("/open", "");
    EXPECT_EQ(answer.status, 403U);
    EXPECT_THAT(answer.body, HasSubstr("User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
                                       "arn:aws:execute-api:us-east-1:000000000000:faasd/$default/GET/open\""));
    invoker.answer = [] { return answered(R"({"isAuthorized": false})"); };
    EXPECT_EQ(ask("/me").status, 403U) << "a deny of either wins";
    invoker.questions.clear();
    app.policy = policy_of(false, "*");
    handler.update(app);
    answer = ask("/me");
    EXPECT_EQ(answer.status, 403U);
    EXPECT_THAT(answer.body, HasSubstr("with an explicit deny"));
    EXPECT_TRUE(invoker.questions.empty());
}

}  // namespace
}  // namespace faasd::gateway::testing
