// AWS Lambda (API Reference, API version 2015-03-31) for the functions of faasd.yaml.
#pragma once

#include <functional>
#include <memory>

#include "aws/protocol/door.hpp"
#include "model/app.hpp"
#include "model/blocking_executor.hpp"
#include "model/invocation.hpp"
#include "model/invocation_log.hpp"

namespace faasd::aws::lambda {

// What functions are invoked through, and looked up in. All of it outlives the door.
struct Parts {
    model::Invoker& invoker;
    model::AsyncInvoker& async;
    model::InvocationLog& log;
    std::function<std::shared_ptr<const model::App>()> app;  // the one that is served; null before the first
    std::shared_ptr<model::BlockingExecutor> executor;
};

// Thread-safe.
class LambdaDoor final : public Door {
  public:
    explicit LambdaDoor(Parts parts) : with_(std::move(parts)) {}
    model::BodyPlan plan(const model::HttpRequest& head, const Target& target) override;
    void handle(Visit visit) override;
    [[nodiscard]] std::vector<OperationStatus> operations() const override;

  private:
    Parts with_;
};

}  // namespace faasd::aws::lambda
