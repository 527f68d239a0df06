// Policy documents: how they are read, and what they say about a request.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "gateway/authorization/authorizer_answer.hpp"
#include "gateway/authorization/policy_document.hpp"
#include "gateway/authorization/policy_evaluation.hpp"

namespace faasd::gateway {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

model::PolicyDocument policy(const std::string& statements) {
    auto document = parse_policy_document(json::parse(R"({"Version": "2012-10-17", "Statement": )" + statements + "}"));
    EXPECT_TRUE(document) << (document.has_error() ? document.error().message : "");
    return document ? *document : model::PolicyDocument{};
}

PolicyDecision decide(const std::string& statements, const std::string& method_and_path,
                      std::string_view address = "127.0.0.1") {
    PolicySubject subject{std::string(model::kApiArn) + "/$default/" + method_and_path, address, "curl/8", ""};
    return evaluate(policy(statements), subject);
}

std::string statement(const std::string& effect, const std::string& resource, const std::string& more = "") {
    return R"({"Effect": ")" + effect + R"(", "Action": "execute-api:Invoke", "Resource": )" + resource + more + "}";
}
const std::string kAllowAll = statement("Allow", R"("*")");

TEST(Policy, denies_what_nobody_mentions) {
    EXPECT_EQ(decide(statement("Allow", R"("execute-api:/*/GET/me")"), "GET/you"), PolicyDecision::implicit_deny);
    EXPECT_EQ(decide(statement("Allow", R"("execute-api:/*/GET/me")"), "GET/me"), PolicyDecision::allow);
}

TEST(Policy, lets_an_explicit_deny_win_wherever_it_stands) {
    const std::string deny = statement("Deny", R"("execute-api:/*/DELETE/*")");
    EXPECT_EQ(decide("[" + kAllowAll + "," + deny + "]", "DELETE/x"), PolicyDecision::explicit_deny);
    EXPECT_EQ(decide("[" + deny + "," + kAllowAll + "]", "DELETE/x"), PolicyDecision::explicit_deny);
    EXPECT_EQ(decide("[" + deny + "," + kAllowAll + "]", "GET/x"), PolicyDecision::allow);
}

TEST(Policy, matches_arns_part_by_part_and_paths_as_a_whole) {
    const auto matches = [](const std::string& resource, const std::string& path) {
        return decide(statement("Allow", '"' + resource + '"'), path) == PolicyDecision::allow;
    };
    EXPECT_TRUE(matches("arn:aws:execute-api:us-east-1:000000000000:faasd/$default/GET/a/b", "GET/a/b"));
    EXPECT_TRUE(matches("arn:aws:execute-api:*:*:*/*/GET/*", "GET/a/b"));
    EXPECT_TRUE(matches("arn:*:execute-api:us-east-?:*:*", "GET/a"));
    EXPECT_TRUE(matches("arn:aws:execute-api:*:*:*/$default/GET/a:b", "GET/a:b"));
    EXPECT_FALSE(matches("arn:aws:execute-api:*:*:*/$default/GET/a", "POST/a"));
    EXPECT_FALSE(matches("arn:aws:execute-api:*:*:*/$default/GET/a", "GET/a/b"));
    EXPECT_FALSE(matches("arn:aws:s3:*:*:*", "GET/a"));
    EXPECT_FALSE(matches("arn:aws:execute-api:eu-west-1:*:*", "GET/a"));
    EXPECT_TRUE(matches("execute-api:/$default/GET/users/?", "GET/users/1"));
    EXPECT_FALSE(matches("execute-api:/$default/GET/users/?", "GET/users/12"));
    EXPECT_FALSE(matches("execute-api:/*/GET/Me", "GET/me")) << "resources have case";
}

TEST(Policy, knows_not_action_and_not_resource) {
    EXPECT_EQ(decide(R"({"Effect": "Allow", "Action": "EXECUTE-API:in*", "NotResource": "execute-api:/*/GET/admin"})", "GET/admin"),
              PolicyDecision::implicit_deny);
    EXPECT_EQ(decide(R"({"Effect": "Allow", "Action": "*", "NotResource": ["execute-api:/*/GET/admin"]})", "GET/x"),
              PolicyDecision::allow);
    EXPECT_EQ(decide(R"({"Effect": "Allow", "NotAction": "execute-api:Invoke", "Resource": "*"})", "GET/x"),
              PolicyDecision::implicit_deny);
    EXPECT_EQ(decide(R"({"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"})", "GET/x"),
              PolicyDecision::explicit_deny);
}

TEST(Policy, tests_addresses) {
    const auto from = [](const std::string& test, const std::string& blocks, std::string_view address) {
        return decide(statement("Allow", R"("*")", R"(, "Condition": {")" + test + R"(": {"aws:SourceIp": )" + blocks + "}}"),
                      "GET/x", address) == PolicyDecision::allow;
    };
    EXPECT_TRUE(from("IpAddress", R"(["10.0.0.0/8", "192.0.2.17"])", "10.255.1.2"));
    EXPECT_TRUE(from("IpAddress", R"("192.0.2.17")", "192.0.2.17"));
    EXPECT_FALSE(from("IpAddress", R"("192.0.2.16/31")", "192.0.2.18"));
    EXPECT_TRUE(from("IpAddress", R"("192.0.2.16/31")", "::ffff:192.0.2.17"));
    EXPECT_TRUE(from("IpAddress", R"("2001:db8::/33")", "2001:db8:7fff::1"));
    EXPECT_FALSE(from("IpAddress", R"("2001:db8::/33")", "2001:db8:8000::1"));
    EXPECT_FALSE(from("IpAddress", R"("::/0")", "10.0.0.1")) << "of another family";
    EXPECT_FALSE(from("NotIpAddress", R"("0.0.0.0/0")", "10.0.0.1"));
    EXPECT_TRUE(from("NotIpAddress", R"("10.0.0.0/9")", "10.128.0.0"));
}

TEST(Policy, tests_texts_and_what_a_request_lacks) {
    const auto holds = [](const std::string& condition) {
        return decide(statement("Allow", R"("*")", R"(, "Condition": )" + condition), "GET/x") == PolicyDecision::allow;
    };
    EXPECT_TRUE(holds(R"({"StringLike": {"aws:useragent": "curl/*"}})"));
    EXPECT_FALSE(holds(R"({"StringEquals": {"aws:UserAgent": "CURL/8"}})"));
    EXPECT_TRUE(holds(R"({"StringEqualsIgnoreCase": {"aws:UserAgent": "CURL/8"}})"));
    EXPECT_FALSE(holds(R"({"StringNotLike": {"aws:UserAgent": ["x", "curl*"]}})"));
    EXPECT_FALSE(holds(R"({"StringEquals": {"aws:Referer": "x"}})"));
    EXPECT_TRUE(holds(R"({"StringNotEquals": {"aws:Referer": "x"}})"));
    EXPECT_TRUE(holds(R"({"StringEqualsIfExists": {"aws:Referer": "x"}})"));
    EXPECT_FALSE(holds(R"({"Bool": {"aws:SecureTransport": true}})"));
    EXPECT_FALSE(holds(R"({"StringLike": {"aws:UserAgent": "*"}, "IpAddress": {"aws:SourceIp": "10.0.0.1"}})"))
        << "all must hold";
}

TEST(Policy, sees_a_path_decoded_so_that_no_spelling_escapes_it) {
    model::HttpRequest request;
    request.raw_path = "/%61dmin/a%2Fb/%zz";
    request.remote_address = "[::1]:4711";
    const PolicySubject subject = subject_of(request, "GET");
    EXPECT_EQ(subject.arn, std::string(model::kApiArn) + "/$default/GET/admin/a%2Fb/%zz");
    EXPECT_EQ(subject.source_ip, "::1");
    request.raw_path = "/";
    EXPECT_EQ(subject_of(request, "GET").arn, std::string(model::kApiArn) + "/$default/GET/");
}

TEST(Policy, that_is_malformed_is_refused_with_the_place) {
    const std::pair<const char*, const char*> table[] = {
        {R"([])", "not an object"},
        {R"({})", "Statement is missing"},
        {R"({"Statement": []})", "Statement is missing"},
        {R"({"Version": "2020", "Statement": {}})", "Version is not"},
        {R"({"Statements": []})", "'Statements'"},
        {R"({"Statement": [1]})", "Statement[0] is not an object"},
        {R"({"Statement": {"Action": "*", "Resource": "*"}})", "Statement[0].Effect is missing"},
        {R"({"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}})", "Statement[0].Effect is neither"},
        {R"({"Statement": {"Effect": "Allow", "Resource": "*"}})", "Statement[0].Action is missing"},
        {R"({"Statement": {"Effect": "Allow", "Action": [], "Resource": "*"}})", "Statement[0].Action is empty"},
        {R"({"Statement": {"Effect": "Allow", "Action": {}, "Resource": "*"}})", "Statement[0].Action is neither"},
        {R"({"Statement": {"Effect": "Allow", "Action": "Invoke", "Resource": "*"}})", "'Invoke' is no action"},
        {R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "/x"}})", "'/x' is no resource"},
        {R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "NotResource": "*"}})", "both Resource"},
        {R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}})", "Principal"},
        {R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Conditions": {}}})", "'Conditions'"},
        {R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Is": {}}}})", "'Is'"},
        {R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "x"}}}})",
         "Condition.IpAddress.aws:SourceIp: 'x' is neither an IP address"}};
    for (const auto& [text, reason] : table) {
        const auto document = parse_policy_document(json::parse(text));
        ASSERT_TRUE(document.has_error()) << text;
        EXPECT_THAT(document.error().message, HasSubstr(reason)) << text;
    }
}

TEST(AuthorizerAnswer, says_yes_or_no_with_a_context) {
    const auto answer = parse_authorizer_answer(
        R"({"isAuthorized": true, "context": {"user": "ada", "age": 36, "admin": false, "groups": ["a"], "none": null}})");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->decide({}), PolicyDecision::allow);
    EXPECT_THAT(answer->authorization.context,
                ::testing::ElementsAre(std::pair("admin", "false"), std::pair("age", "36"), std::pair("groups", R"(["a"])"),
                                       std::pair("none", "null"), std::pair("user", "ada")));
    EXPECT_EQ(parse_authorizer_answer(R"({"isAuthorized": false})")->decide({}), PolicyDecision::explicit_deny);
}

TEST(AuthorizerAnswer, that_decides_nothing_says_why) {
    const std::pair<std::string, const char*> table[] = {
        {"", "no JSON object"},
        {"null", "no JSON object"},
        {"true", "no JSON object"},
        {"{}", "neither isAuthorized nor policyDocument"},
        {R"({"isAuthorized": "true"})", "neither true nor false"},
        {R"({"isAuthorized": true, "policyDocument": {}})", "both"},
        {R"({"isAuthorized": true, "context": "x"})", "context is not an object"},
        {R"({"policyDocument": {}})", "principalId is missing"},
        {R"({"principalId": "", "policyDocument": {}})", "principalId is missing"},
        {R"({"principalId": "u", "policyDocument": {}})", "policyDocument: Statement is missing"},
        {R"({"isAuthorized": true, "context": {"x": ")" + std::string(9000, 'x') + R"("}})", "more than the 8192"}};
    for (const auto& [text, reason] : table) {
        const auto answer = parse_authorizer_answer(text);
        ASSERT_TRUE(answer.has_error()) << text;
        EXPECT_THAT(answer.error().message, HasSubstr(reason)) << text;
    }
}

}  // namespace
}  // namespace faasd::gateway
