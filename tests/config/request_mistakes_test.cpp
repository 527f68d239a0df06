// The mistakes in what answers requests: routes, authorizers, the policy, CORS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_support.hpp"

namespace faasd::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::mistakes;
using testing::with_f;

TEST(Mistake, in_a_route) {
    const auto route = [](const std::string& key) { return mistakes(with_f("routes:\n  " + key + ": f\n")); };
    EXPECT_THAT(route("/x"),
                ElementsAre("3:3: error: '/x' is no route | write 'METHOD /path': 'GET /x: function'"));
    EXPECT_THAT(route("get /x"),
                ElementsAre(HasSubstr("3:3: error: 'get' is not a method of a route | did you mean 'GET'?")));
    EXPECT_THAT(route("GET x"), ElementsAre(HasSubstr("3:3: error: 'GET x': a path starts with '/'")));
    EXPECT_THAT(route("GET /:id"),
                ElementsAre(HasSubstr("a path has no ':name' | a placeholder is written {name}, not :name")));
    EXPECT_THAT(route("GET /x/*"),
                ElementsAre(HasSubstr("a path has no '*' | the rest of a path is written {rest+}, not *")));
    EXPECT_THAT(route("GET /{a+}/b"),
                ElementsAre(HasSubstr("{a+} takes the rest of the path, so it stands last")));
    EXPECT_THAT(route("GET /{a}/{a}"), ElementsAre(HasSubstr("{a} is there twice")));
    EXPECT_THAT(route("GET /x{a}"), ElementsAre(HasSubstr("a placeholder is a whole segment: /{name}/")));
    EXPECT_THAT(route("GET /{}"), ElementsAre(HasSubstr("the name of a placeholder is letters")));
    EXPECT_THAT(route("GET //x"), ElementsAre(HasSubstr("a path has no empty segment ('//')")));
    EXPECT_THAT(route("GET /x?y=1"), ElementsAre(HasSubstr("a path has no '?' or '#'")));
    EXPECT_THAT(route("GET /a%20b"), ElementsAre(HasSubstr("a path is written decoded")));
    EXPECT_THAT(route("GET /../x"), ElementsAre(HasSubstr("a path has no '.' or '..' segments")));
    EXPECT_THAT(
        mistakes(with_f("routes: { POST /x: [f] }")),
        ElementsAre(HasSubstr("2:20: error: route 'POST /x' needs the name of a function | write one name")));
    EXPECT_THAT(mistakes(with_f("routes: { POST /x: { functoin: f } }")),
                ElementsAre(HasSubstr("2:22: error: unknown key 'functoin' in route 'POST /x' | did you mean 'function'?")));
    EXPECT_THAT(mistakes(with_f("routes: [GET /x]")),
                ElementsAre(HasSubstr("2:9: error: 'routes' is a list | write a mapping")));
}

TEST(Mistake, in_two_routes_names_both_places) {
    EXPECT_THAT(
        mistakes(
            with_f("routes:\n  GET /x/{id}: f\n  GET /x/{name}: f\n  POST /x/{id}: f\n  GET /x/{r+}: f\n")),
        ElementsAre(
            "4:3: error: the route 'GET /x/{name}' matches the same requests as 'GET /x/{id}' | the other "
            "one is on line 3, column 3; keep one of them"));
    EXPECT_THAT(mistakes(with_f("routes:\n  ANY /x: f\n  \"* /x\": f\n")),
                ElementsAre(HasSubstr("4:3: error: the route '* /x' matches the same requests as 'ANY /x'")));
}

TEST(Mistake, in_an_authorizer) {
    const auto authorizer = [](const std::string& text) {
        return mistakes(with_f("authorizers: { a: { function: f, " + text + " } }"));
    };
    EXPECT_THAT(authorizer("identity_sources: header"),
                ElementsAre(HasSubstr("2:52: error: 'header' does not name a part of a request | write header.NAME")));
    EXPECT_THAT(authorizer("identity_sources: [body.token]"),
                ElementsAre(HasSubstr("2:53: error: 'body.token' is not an identity source")));
    EXPECT_THAT(authorizer("identity_sources: context.routekey"),
                ElementsAre(HasSubstr("is no part of the context that identifies a caller | did you mean 'routeKey'?")));
    EXPECT_THAT(authorizer("cache_ttl: 2h"),
                ElementsAre("2:45: error: 'cache_ttl': '2h' is out of range | allowed: a duration, 0us to 1h"));
    EXPECT_THAT(authorizer("cache_ttl: 1m, identity_sources: []"),
                ElementsAre(HasSubstr("2:45: error: an answer can't be kept without identity_sources")));
    EXPECT_THAT(mistakes(with_f("authorizers: { none: f }")),
                ElementsAre(HasSubstr("2:16: error: 'none' can't be the name of an authorizer")));
    EXPECT_THAT(mistakes(with_f("authorizers: { tokens: f }\nroutes: { GET /: { function: f, authorizer: token } }")),
                ElementsAre(HasSubstr("3:45: error: there is no authorizer 'token' | did you mean 'tokens'?")));
    EXPECT_THAT(mistakes(with_f("authorizer: token")),
                ElementsAre("2:13: error: there is no authorizer 'token' | name it under 'authorizers:', or write none "
                            "for everybody"));
}

TEST(Mistake, in_a_policy) {
    const auto statement = [](const std::string& text) {
        return mistakes("policy:\n  Statement: { Effect: Allow, Principal: \"*\", " + text + " }\n");
    };
    EXPECT_THAT(mistakes("policy: {}"), ElementsAre(HasSubstr("1:9: error: policy needs 'Statement'")));
    EXPECT_THAT(mistakes("policy: { Version: 2020-01-01, Statement: [] }"),
                ElementsAre(HasSubstr("1:20: error: 'Version' can't be '2020-01-01' | allowed: 2012-10-17"),
                            HasSubstr("1:43: error: 'Statement' is a list")));
    EXPECT_THAT(statement("Action: execute-api:Invoke"),
                ElementsAre(HasSubstr("2:14: error: statement 1 of policy needs 'Resource'")));
    EXPECT_THAT(statement("Action: s3:GetObject, Resource: \"*\""),
                ElementsAre(HasSubstr("2:55: error: 's3:GetObject' is no action of requests to this app")));
    EXPECT_THAT(statement("Action: Invoke, Resource: \"*\""),
                ElementsAre(HasSubstr("2:55: error: 'Invoke' is no action")));
    EXPECT_THAT(statement("Action: \"*\", Resource: /me"), ElementsAre(HasSubstr("error: '/me' is no resource")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"*\", NotResource: \"*\""),
                ElementsAre(HasSubstr("'Resource' and 'NotResource' don't go together")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"arn:aws:execute-api:eu-west-1:1:abc/*\""),
                ElementsAre(HasSubstr("warning: 'arn:aws:execute-api:eu-west-1:1:abc/*' is a resource of another API")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"*\", Condition: { IpAdress: { aws:SourceIp: 10.0.0.0/8 } }"),
                ElementsAre(HasSubstr("error: 'IpAdress' is no test of a condition | did you mean 'IpAddress'?")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"*\", Condition: { IpAddress: { aws:SourceIP: 10.0.0.0/33 } }"),
                ElementsAre(HasSubstr("error: '10.0.0.0/33' is neither an IP address nor a block of them")));
    EXPECT_THAT(statement("Action: \"*\", Resource: \"*\", Condition: { StringLike: { aws:SourceVpc: x } }"),
                ElementsAre(HasSubstr("error: 'aws:SourceVpc' is nothing that a request has here")));
    EXPECT_THAT(mistakes("policy: { Statement: { Effect: allow, Principal: { AWS: \"123456789012\" }, Action: \"*\", "
                         "Resource: \"*\" } }"),
                ElementsAre(HasSubstr("1:32: error: 'Effect' can't be 'allow' | did you mean 'Allow'?"),
                            HasSubstr("warning: '123456789012' sends no request here")));
}

TEST(Mistake, in_cors) {
    EXPECT_THAT(mistakes("cors: { allow_origins: [shop.example] }"),
                ElementsAre(HasSubstr("1:25: error: 'shop.example' is not an origin")));
    EXPECT_THAT(mistakes("cors: { allow_credentials: true }"),
                ElementsAre(HasSubstr("1:28: error: allow_credentials does not go with the origin '*'")));
}

}  // namespace
}  // namespace faasd::config
