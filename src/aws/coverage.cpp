#include "aws/coverage.hpp"

#include <algorithm>

namespace faasd::aws {
namespace {

std::string_view title(Service service) {
    switch (service) {
        case Service::sqs: return "SQS";
        case Service::s3: return "S3";
        case Service::dynamodb: return "DynamoDB";
        case Service::dynamodb_streams: return "DynamoDB Streams";
        case Service::sts: return "STS";
        case Service::lambda: return "Lambda";
    }
    return "";
}

std::string list_of(const std::vector<OperationStatus>& operations, bool done) {
    std::vector<std::string_view> names;
    for (const OperationStatus& one : operations)
        if (one.done == done) names.push_back(one.name);
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string_view name : names)
        text.append(text.empty() ? "`" : ", `").append(name).append("`");
    return text;
}

}  // namespace

std::string coverage(const std::map<Service, std::vector<OperationStatus>>& services) {
    std::string text;
    for (const auto& [service, operations] : services) {
        const auto done = std::count_if(operations.begin(), operations.end(), [](const auto& one) { return one.done; });
        text.append("\n### ").append(title(service)).append(": ").append(std::to_string(done)).append(" of ");
        text.append(std::to_string(operations.size())).append("\n\n").append(list_of(operations, true)).append("\n");
        if (const std::string missing = list_of(operations, false); !missing.empty())
            text.append("\nNot there (501 `NotImplemented`): ").append(missing).append("\n");
    }
    return text;
}

}  // namespace faasd::aws
