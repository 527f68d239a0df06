// S3's door: which operation a request is, how its body is read, and which pages may ask.
#pragma once

#include "aws/protocol/door.hpp"
#include "aws/s3/parts.hpp"

namespace faasd::aws::s3 {

// Thread-safe. Bodies of objects stream; small ones and documents come whole.
class S3Door final : public Door {
  public:
    explicit S3Door(Parts parts) : with_(std::move(parts)) {}
    model::BodyPlan plan(const model::HttpRequest& head, const Target& target) override;
    void handle(Visit visit) override;
    [[nodiscard]] std::vector<OperationStatus> operations() const override;

  private:
    const Parts with_;
};

}  // namespace faasd::aws::s3
