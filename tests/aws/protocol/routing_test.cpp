#include "aws/protocol/routing.hpp"

#include <gtest/gtest.h>

namespace faasd::aws {
namespace {

struct Sent {
    std::vector<model::HttpField> headers{};
    std::string_view path = "/", query = "", host = "127.0.0.1:4566", form = "";

    [[nodiscard]] Target routed() const {
        model::HttpRequest request;
        request.method = "POST";
        request.headers = headers;
        request.raw_path = path;
        request.raw_query = query;
        request.host = host;
        return route(request, find_authorization(request), form);
    }
};

model::HttpField signed_for(std::string_view service) {
    static std::string text;
    text = "AWS4-HMAC-SHA256 Credential=test/20261124/eu-central-1/" + std::string(service) +
           "/aws4_request, SignedHeaders=host, Signature=00";
    return {"Authorization", text};
}

TEST(Routing, the_target_header_wins) {
    const Target target = Sent{{{"X-Amz-Target", "DynamoDB_20120810.GetItem"}, signed_for("sqs")}}.routed();
    EXPECT_EQ(target.service, Service::dynamodb);
    EXPECT_EQ(target.protocol, Protocol::json_1_0);
    EXPECT_EQ(target.operation, "GetItem");
}

TEST(Routing, a_target_of_a_service_that_is_not_here_is_told_apart) {
    EXPECT_EQ((Sent{{{"X-Amz-Target", "Kinesis_20131202.ListStreams"}}}.routed().unknown), "Kinesis_20131202");
}

TEST(Routing, then_the_scope_of_the_signature_decides) {
    const Target target = Sent{.headers = {signed_for("sqs")}, .form = "Action=ListQueues&Version=2012-11-05"}.routed();
    EXPECT_EQ(target.service, Service::sqs);
    EXPECT_EQ(target.protocol, Protocol::query);
    EXPECT_EQ(target.operation, "ListQueues");
    EXPECT_EQ((Sent{.headers = {signed_for("s3")}, .path = "/2015-03-31/functions"}.routed().service), Service::s3);
    EXPECT_EQ((Sent{.headers = {signed_for("ec2")}}.routed().unknown), "ec2");
}

TEST(Routing, a_presigned_url_has_its_scope_in_the_query) {
    const Target target = Sent{.query = "X-Amz-Credential=test%2F20261124%2Fus-east-1%2Fsqs%2Faws4_request&Action=ListQueues"}.routed();
    EXPECT_EQ(target.service, Service::sqs);
}

TEST(Routing, an_unsigned_form_is_known_by_its_action) {
    EXPECT_EQ((Sent{.form = "Action=SendMessage"}.routed().service), Service::sqs);
    EXPECT_EQ((Sent{.query = "Action=GetCallerIdentity"}.routed().service), Service::sts);
}

TEST(Routing, then_the_path_then_the_host_else_it_is_s3) {
    EXPECT_EQ((Sent{.path = "/2015-03-31/functions/f/invocations"}.routed().service), Service::lambda);
    EXPECT_EQ((Sent{.host = "sqs.us-east-1.localhost.localstack.cloud:4566"}.routed().service), Service::sqs);
    EXPECT_EQ((Sent{.host = "us-east-1.queue.localhost.localstack.cloud:4566"}.routed().service), Service::sqs);
    EXPECT_EQ(Sent{}.routed().service, Service::s3);
}

TEST(Scope, is_the_account_in_the_access_key_and_the_region_of_the_signature) {
    Authorization authorization;
    authorization.access_key = "test";
    EXPECT_EQ(scope_of(authorization).account, "000000000000");
    authorization.access_key = "123456789012";
    authorization.region = "eu-central-1";
    const Scope scope = scope_of(authorization);
    EXPECT_EQ(scope.account, "123456789012");
    EXPECT_EQ(scope.region, "eu-central-1");
    EXPECT_EQ(scope.arn("sqs", "jobs"), "arn:aws:sqs:eu-central-1:123456789012:jobs");
}

TEST(Scope, keeps_the_resources_of_accounts_and_regions_apart) {
    const Scope ours, other{"123456789012", "eu-central-1"};
    EXPECT_EQ(ours.engine_name("jobs"), "jobs");
    EXPECT_NE(other.engine_name("jobs"), "jobs");
    EXPECT_EQ(other.own_name(other.engine_name("jobs")), "jobs");
    EXPECT_EQ(ours.own_name(other.engine_name("jobs")), "");
    EXPECT_EQ(other.own_name("jobs"), "");
}

}  // namespace
}  // namespace faasd::aws
