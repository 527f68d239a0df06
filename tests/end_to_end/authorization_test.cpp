// Authorizers in the real daemon: what functions of either kind get of them, and what logs never show.
#include <gmock/gmock.h>

#include "support/daemon_process.hpp"

namespace {

using namespace faasd::test;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSource = R"(#include <faasd/function.hpp>
using faasd::json;
json judge(const json& event) {
    const std::string token = event.at("identitySource").at(0);
    if (token == "throw") throw faasd::Error("NoDatabase", "the database is away");
    if (token == "nonsense") return "yes";
    if (token == "slow") std::this_thread::sleep_for(std::chrono::seconds(3));
    return {{"principalId", "p-1"},
            {"context", {{"name", "Ada"}, {"level", 7}}},
            {"policyDocument", {{"Version", "2012-10-17"}, {"Statement", {{{"Effect", token == "good" ? "Allow" : "Deny"},
                {"Action", "execute-api:Invoke"}, {"Resource", event.at("routeArn")}}}}}}};
}
FAASD_FUNCTION(judge)
json as_json(const json& event) { return event.at("requestContext").value("authorizer", json()); }
FAASD_FUNCTION(as_json)
faasd::HttpResponse as_http(const faasd::HttpRequest& request) {
    return faasd::HttpResponse::json({{"name", request.authorizer("name").value_or("?")},
                                      {"level", request.authorizer("level").value_or("?")},
                                      {"principal", request.authorizer("principalId").value_or("?")},
                                      {"nothing", !request.authorizer("nothing")}});
}
FAASD_FUNCTION(as_http)
)";

constexpr const char* kConfiguration = R"(functions:
  judge: { source: functions.cpp, timeout: 300ms }
  as_json: functions.cpp
  as_http: functions.cpp
authorizers:
  keys: { function: judge, identity_sources: [query.key], cache_ttl: 0s }
authorizer: keys
routes:
  GET /json: as_json
  GET /http: as_http
  GET /open: { function: as_http, authorizer: none }
policy:
  Statement:
    - { Effect: Allow, Principal: "*", Action: "*", Resource: "execute-api:/*/GET/open" }
    - Effect: Deny
      Principal: "*"
      Action: "*"
      Resource: "*"
      Condition: { StringEquals: { aws:UserAgent: forbidden } }
)";

TEST(Authorization, stands_between_the_client_and_the_function) {
    TemporaryFolder app;
    app.write("functions.cpp", std::string("#include <chrono>\n#include <thread>\n") + kSource);
    app.write("faasd.yaml", kConfiguration);
    DaemonProcess daemon(app.path(), {"--ephemeral"});
    ASSERT_TRUE(daemon.running()) << daemon.log();
    ASSERT_TRUE(eventually([&] { return daemon.get("/open").status == 200; }, std::chrono::minutes{3})) << daemon.log();
    EXPECT_EQ(json::parse(daemon.get("/open").body)["name"], "?");

    EXPECT_EQ(json::parse(daemon.get("/json?key=good").body),
              json::parse(R"({"lambda": {"name": "Ada", "level": 7}})"));
    EXPECT_EQ(json::parse(daemon.get("/http?key=good").body),
              json::parse(R"({"name": "Ada", "level": "7", "principal": "p-1", "nothing": true})"));

    EXPECT_EQ(daemon.get("/http").status, 401U);
    EXPECT_EQ(daemon.get("/http?key=bad-s3cret").status, 403U);
    EXPECT_EQ(daemon.request("GET", "/open", "", {{"User-Agent", "forbidden"}}).status, 403U);
    const auto thrown = daemon.get("/http?key=throw");
    EXPECT_EQ(thrown.status, 500U);
    EXPECT_THAT(thrown.body, HasSubstr("the database is away"));
    EXPECT_THAT(daemon.get("/http?key=nonsense").body, HasSubstr("it is no JSON object"));
    const auto slow = daemon.get("/http?key=slow");
    EXPECT_EQ(slow.status, 500U);
    EXPECT_THAT(slow.body, HasSubstr("did not end within"));

    EXPECT_THAT(daemon.log(), HasSubstr("authorizer keys could not decide about GET /http"));
    EXPECT_THAT(daemon.log(), Not(HasSubstr("bad-s3cret")));

    app.write("faasd.yaml", std::string(kConfiguration) + "cors: true\n");
    EXPECT_TRUE(eventually([&] {
        return daemon.request("OPTIONS", "/http", "", {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "GET"}})
                   .status == 204;
    })) << "a preflight meets no authorizer";
}

TEST(Authorization, that_is_configured_wrongly_is_found_by_check_with_its_place) {
    TemporaryFolder app;
    app.write("faasd.yaml",
              "functions: { f: { module: \"" FAASD_ECHO_MODULE "\" } }\nauthorizers: { keys: f }\n"
              "routes: { GET /x: { function: f, authorizer: kyes } }\n"
              "policy: { Statement: { Effect: Allow, Principal: \"*\", Action: \"*\", Resource: /x } }\n");
    const auto result = run({FAASD_EXECUTABLE, "check", app.path().string()});
    EXPECT_NE(result.exit_code, 0);
    EXPECT_THAT(result.out + result.err, HasSubstr("faasd.yaml:3:46: error: there is no authorizer 'kyes'"));
    EXPECT_THAT(result.out + result.err, HasSubstr("faasd.yaml:4:78: error: '/x' is no resource"));
}

}  // namespace
