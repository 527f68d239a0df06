#include "fault_injection/aws_door.hpp"

namespace faasd::test {
namespace {

gateway::ClientResponse answer_to(const DaemonProcess& daemon, gateway::ClientRequest request, const std::string& service) {
    request.port = daemon.control_port();
    request.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261124/us-east-1/" + service +
                                                      "/aws4_request, SignedHeaders=host, Signature=00");
    auto response = gateway::fetch(request);
    return response ? std::move(*response) : gateway::ClientResponse{};
}

}  // namespace

gateway::ClientResponse aws_call(const DaemonProcess& daemon, const std::string& target, const nlohmann::json& params) {
    gateway::ClientRequest request;
    request.method = "POST";
    request.headers = {{"X-Amz-Target", target}, {"Content-Type", "application/x-amz-json-1.0"}};
    request.body = params.dump();
    return answer_to(daemon, std::move(request), target.starts_with("AmazonSQS") ? "sqs" : "dynamodb");
}

gateway::ClientResponse s3_put(const DaemonProcess& daemon, const std::string& bucket, const std::string& key,
                               const std::string& bytes) {
    gateway::ClientRequest request;
    request.method = "PUT";
    request.target = '/' + bucket + '/' + key;
    request.body = bytes;
    return answer_to(daemon, std::move(request), "s3");
}

gateway::ClientResponse lambda_event(const DaemonProcess& daemon, const std::string& function, const nlohmann::json& payload) {
    gateway::ClientRequest request;
    request.method = "POST";
    request.target = "/2015-03-31/functions/" + function + "/invocations";
    request.headers = {{"X-Amz-Invocation-Type", "Event"}};
    request.body = payload.dump();
    return answer_to(daemon, std::move(request), "lambda");
}

}  // namespace faasd::test
