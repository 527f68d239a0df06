// What a service is to the port: it plans how a request's body is read, and answers it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/protocol/authorization.hpp"
#include "aws/protocol/call.hpp"
#include "aws/protocol/routing.hpp"
#include "model/http.hpp"

namespace faasd::aws {

class SignatureCheck;

// One request, on its way into a service.
struct Visit {
    Target target;
    Scope scope;
    std::optional<Authorization> authorization;  // views into `request`
    std::string request_id;
    model::HttpRequest request;
    std::unique_ptr<model::HttpBodyStream> stream;  // where the plan asked for one
    std::unique_ptr<model::HttpResponder> responder;
    std::shared_ptr<const SignatureCheck> signatures;  // null where nobody checks them
};

// One of a service's operations, for docs/aws.md.
struct OperationStatus {
    std::string_view name;
    bool done = false;
};

// Thread-safe; called on the I/O thread.
class Door {
  public:
    virtual ~Door() = default;
    virtual model::BodyPlan plan(const model::HttpRequest& head, const Target& target) = 0;
    virtual void handle(Visit visit) = 0;
    // All that the service has in the cloud, in the order of its reference.
    [[nodiscard]] virtual std::vector<OperationStatus> operations() const = 0;
};

}  // namespace faasd::aws
