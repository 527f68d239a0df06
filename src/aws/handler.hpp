// The port that speaks AWS: whatever an SDK, the AWS CLI or Terraform sends arrives here and is led to its service.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "aws/conveniences.hpp"
#include "aws/protocol/door.hpp"
#include "aws/protocol/signature.hpp"
#include "model/forgery_guard.hpp"
#include "model/http.hpp"

namespace faasd::aws {

struct HandlerParts {
    std::map<Service, std::shared_ptr<Door>> doors;
    std::shared_ptr<const Conveniences> conveniences;
    std::shared_ptr<const SignatureCheck> signatures;  // null: any signature will do, and none as well
    model::ForgeryGuard guard;
};

// Thread-safe; called on the I/O thread.
class Handler final : public model::HttpHandler {
  public:
    explicit Handler(HandlerParts parts) : with_(std::move(parts)) {}
    model::BodyPlan plan(const model::HttpRequest& head) override;
    void handle(model::HttpRequest request, std::unique_ptr<model::HttpBodyStream> stream,
                std::unique_ptr<model::HttpResponder> responder) override;
    // Of all services, for docs/aws.md.
    [[nodiscard]] std::map<Service, std::vector<OperationStatus>> operations() const;

  private:
    [[nodiscard]] Door* door_of(const Target& target) const;
    HandlerParts with_;
};

}  // namespace faasd::aws
