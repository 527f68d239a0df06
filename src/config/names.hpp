// The rules that names must follow: those of the cloud services, so that an app can move there.
#pragma once

#include <string_view>

#include "config/reading.hpp"

namespace faasd::config {

struct NameRule {
    const char* what;     // "a function"
    const char* pattern;  // the same rule for the JSON Schema
    const char* allowed;
    bool (*valid)(std::string_view);
};

extern const NameRule kFunctionName;   // Lambda CreateFunction
extern const NameRule kQueueName;      // SQS CreateQueue
extern const NameRule kBucketName;     // S3 User Guide, "Bucket naming rules"
extern const NameRule kTableName;      // DynamoDB CreateTable; of indexes too
extern const NameRule kScheduleName;   // EventBridge Scheduler CreateSchedule; of watches too
extern const NameRule kAuthorizerName;
extern const NameRule kUpstreamName;   // as of functions: routes name both in the same way
extern const NameRule kDependencyName;
extern const NameRule kVariableName;   // of environment variables
extern const NameRule kAttributeName;  // DynamoDB key attributes
extern const NameRule kPlaceholder;    // within a route

// Reports a name that breaks the rule.
void check_name(Reading& reading, const Node& name, const NameRule& rule);

}  // namespace faasd::config
