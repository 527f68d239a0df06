// One request of an AWS client, understood as far as every service needs it: who asks which service for what.
#pragma once

#include <string>
#include <string_view>

namespace faasd::aws {

// In the order in which docs/aws.md has them.
enum class Service { sqs, s3, dynamodb, dynamodb_streams, sts, lambda };
[[nodiscard]] std::string_view to_string(Service service);  // as in a credential scope: "sqs"

// How parameters, results and errors are written.
enum class Protocol {
    json_1_0,  // X-Amz-Target names the operation, the body is JSON
    query,     // the parameter Action names it, parameters are a form, results XML
    rest_json,
    rest_xml,
};

// Whose name space it is. AWS keeps accounts and regions apart, and so does faasd; the resources of faasd.yaml are the
// default account's, in the default region.
struct Scope {
    std::string account = "000000000000";
    std::string region = "us-east-1";
    bool operator==(const Scope&) const = default;

    [[nodiscard]] bool is_default() const { return *this == Scope{}; }
    // What the engines call a resource of this name: the name itself in the default scope.
    [[nodiscard]] std::string engine_name(std::string_view name) const;
    // The reverse: the name, or empty where the resource is of another scope.
    [[nodiscard]] std::string_view own_name(std::string_view engine_name) const;
    [[nodiscard]] std::string arn(std::string_view service, std::string_view resource) const;
};

// The whole of an ARN, taken apart: arn:aws:<service>:<region>:<account>:<resource>
struct Arn {
    std::string_view service, region, account, resource;
};
[[nodiscard]] bool parse_arn(std::string_view text, Arn& into);

}  // namespace faasd::aws
