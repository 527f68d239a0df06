#include "daemon/cloud.hpp"

#include "aws/dynamodb/dynamodb.hpp"
#include "aws/lambda/lambda.hpp"
#include "aws/protocol/operation_door.hpp"
#include "aws/s3/door.hpp"
#include "aws/sqs/sqs.hpp"
#include "aws/sts/sts.hpp"
#include "base/version.hpp"
#include "daemon/credentials.hpp"

namespace faasd::daemon {
namespace {

// Whether a bucket can notify the queue or the function of this ARN.
std::function<bool(std::string_view)> find_target(const CloudParts& parts) {
    return [&queues = parts.queues, app = parts.app](std::string_view text) {
        aws::Arn arn;
        if (!aws::parse_arn(text, arn)) return false;
        const aws::Scope scope{std::string(arn.account), std::string(arn.region)};
        if (arn.service == "sqs") return queues.attributes(scope.engine_name(arn.resource)).has_value();
        const auto serving = app();
        if (arn.service != "lambda" || !arn.resource.starts_with("function:") || !serving || !scope.is_default()) return false;
        std::string_view name = arn.resource.substr(9);
        name = name.substr(0, name.find(':'));
        return std::any_of(serving->functions.begin(), serving->functions.end(),
                           [&](const auto& function) { return function.name == name; });
    };
}

}  // namespace

std::unique_ptr<aws::Handler> make_cloud(const CloudParts& parts) {
    aws::HandlerParts with;
    const auto operations = [&](aws::ServiceDescription service) {
        return std::make_shared<aws::OperationDoor>(std::move(service), parts.executor);
    };
    with.doors[aws::Service::dynamodb] = operations(aws::dynamodb::describe(parts.tables, parts.clock));
    with.doors[aws::Service::dynamodb_streams] = operations(aws::dynamodb::describe_streams(parts.tables, parts.clock));
    // Names that lead to this machine whoever asks for them, and those that AWS's clients are configured with.
    with.guard = model::ForgeryGuard({{parts.options.host, "host.docker.internal", "localhost.localstack.cloud"},
                                      {".localhost.localstack.cloud", ".amazonaws.com", ".amazonaws.com.cn"},
                                      true});
    with.doors[aws::Service::s3] = std::make_shared<aws::s3::S3Door>(
        aws::s3::Parts{parts.blobs, parts.clock, parts.executor, with.guard, find_target(parts),
                       [&queues = parts.queues](std::string_view text, std::string body) {
                           aws::Arn arn;
                           if (!aws::parse_arn(text, arn)) return;
                           const aws::Scope scope{std::string(arn.account), std::string(arn.region)};
                           model::SendRequest message;
                           message.body = std::move(body);
                           queues.send(scope.engine_name(arn.resource), {std::move(message)}, [](const auto&) {});
                       }});
    with.doors[aws::Service::sqs] = operations(aws::sqs::describe(parts.queues));
    with.doors[aws::Service::sts] = operations(aws::sts::describe(parts.clock));
    with.doors[aws::Service::lambda] = std::make_shared<aws::lambda::LambdaDoor>(
        aws::lambda::Parts{parts.invoker, parts.async, parts.log, parts.app, parts.executor});

    aws::Conveniences::Parts conveniences;
    conveniences.version = base::kVersion;
    for (const auto& [service, door] : with.doors)
        conveniences.services.emplace_back(aws::to_string(service));
    conveniences.reset = parts.reset;
    conveniences.peek = aws::sqs::make_peek(parts.queues, parts.executor, parts.clock);
    with.conveniences = std::make_shared<aws::Conveniences>(std::move(conveniences));
    if (parts.options.verify_signatures)
        with.signatures = std::make_shared<aws::SignatureCheck>(find_credentials(), parts.clock);
    return std::make_unique<aws::Handler>(std::move(with));
}

}  // namespace faasd::daemon
